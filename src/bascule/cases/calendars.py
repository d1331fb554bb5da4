"""A personal calendar of what runs out: at a secret address, without a name and restricted cases.

Calendars lie with providers that the district does not choose. An event says a workflow, a state
and an instant; who it is about is behind the sign-in.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from bascule.access.acting import actor_of, set_context
from bascule.access.models import User
from bascule.cases.models import CalendarFeed, CaseFile
from bascule.cases.policies import SEE_CALENDAR_FEED
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.secret_addresses import digest_of, new_secret

MOST = 500
READ_AGAIN = timedelta(hours=1)


def feed_of(actor: Actor) -> CalendarFeed | None:
    """Return the feed of the actor, or None where there is none."""
    return SEE_CALENDAR_FEED.filter(CalendarFeed.objects.all(), actor).first()


@transaction.atomic
def make_feed(actor: Actor, *, language: str) -> str:
    """Give the actor a new address, which ends the old one; return its secret, shown this once."""
    _remove(actor)
    secret = new_secret()
    feed = CalendarFeed.objects.create(
        user_id=actor.user_id, digest=digest_of(secret), language=language
    )
    record_decision(actor, "make_calendar_feed", kind="calendar", uuid=feed.uuid, particulars={})
    return secret


@transaction.atomic
def end_feed(actor: Actor) -> None:
    """End the address of the actor's calendar; nothing where there is none."""
    if _remove(actor):
        record_decision(actor, "end_calendar_feed", kind="calendar", uuid=None, particulars={})


def _remove(actor: Actor) -> int:
    return SEE_CALENDAR_FEED.filter(CalendarFeed.objects.all(), actor).delete()[0]


def enter_by_secret(secret: str) -> tuple[Actor, str] | None:
    """Let whoever made the address with this secret act, with the rights of this moment.

    Returns the actor and the language of the calendar; None where nobody made it (any more), or
    who made it holds no position now.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_owner_of_calendar(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    users = User.objects.select_related("person").filter(is_active=True)
    user = users.filter(pk=row[0]).first() if row else None
    if user is None:
        return None
    set_context(user.pk)
    actor = actor_of(user)
    return (actor, row[1]) if actor.roles else None


def calendar_of(actor: Actor) -> bytes:
    """Return the clocks of the actor's queue as a calendar (RFC 5545, UTF-8), the next 500."""
    feed = feed_of(actor)
    calendar = Calendar()
    calendar.add("prodid", "-//Bascule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Bascule")
    calendar.add("refresh-interval", READ_AGAIN, parameters={"value": "DURATION"})
    rows = queue_of(actor).filter(tier=CaseFile.Tier.STUDENT, due_at__isnull=False)[:MOST]
    for event in _events(rows, feed, now()) if feed else ():
        calendar.add_component(event)
    return calendar.to_ical()


def _events(cases: Iterable[CaseFile], feed: CalendarFeed, at: datetime) -> Iterable[Event]:
    """Yield one event a case; its id follows from feed and case and tells neither."""
    for case in cases:
        workflow = workflow_of(case.workflow)
        event = Event()
        event.add("uid", f"{uuid5(feed.uuid, str(case.uuid))}@bascule")
        event.add("dtstamp", at)
        event.add("dtstart", case.due_at)
        event.add("summary", f"{_(workflow.title)}: {_(workflow.state(case.state).label)}")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        yield event
