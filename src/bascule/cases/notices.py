"""Notices: what somebody on duty should know. Fired by the sweep, shown on Today, marked seen."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from bascule.cases.models import Notice
from bascule.cases.policies import SEE_NOTICE
from bascule.directory.models import Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision


def fire_alarms(actor: Actor, *, at: datetime | None = None) -> int:
    """Tell about cases that are new, late, or owned by nobody on duty at `at`; return how many.

    The steward is told about records opened by necessity.

    Each is told once for each entry into a state, however often or seldom this runs: lateness is
    compared with `at`, so a sweep that stood still for a day catches up with its next run. What was
    told and holds no more is put away, or a desk would collect thousands that nobody is shown.
    """
    at = at or now()
    with connection.cursor() as cursor:
        cursor.execute("select cases_void_notices(%s)", [at])
        cursor.execute(
            "select cases_fire_alarms(%s, %s) + cases_tell_elevations(%s)", [at, local_day(at), at]
        )
        return int(cursor.fetchone()[0])


def unseen_notices(actor: Actor) -> QuerySet[Notice]:
    """Return what the actor should know and nobody has marked seen, the newest first.

    Only what still holds: lateness and a family's answer are void once the case has moved on.
    """
    still = Q(case__isnull=True) | Q(case__closed_at__isnull=True)
    passing = [Notice.Kind.LATE, Notice.Kind.UNSTAFFED, Notice.Kind.FAMILY]
    in_state = ~Q(kind__in=passing) | Q(revision=F("case__revision"))
    unseen = Notice.objects.filter(still, in_state, seen_at__isnull=True, void_at__isnull=True)
    return SEE_NOTICE.filter(unseen, actor).select_related("case__student").order_by("-at", "id")


STAFFED = "select position_id from directory_duty_roster(%s) where person_id is not null"


def is_staffed_again(day: date) -> Q:
    """Return the notices that nobody is on duty where on `day` somebody is: they are void."""
    staffed = RawSQL(STAFFED, [day])  # noqa: S611 - written here, and the day is a parameter
    return Q(kind=Notice.Kind.UNSTAFFED, case__isnull=False, case__owner__in=staffed)


@transaction.atomic
def tell_positions(
    actor: Actor,
    *,
    kind: Notice.Kind,
    about: UUID,
    positions: Iterable[Position],
    at: datetime | None = None,
) -> int:
    """Tell the holders of `positions` of one event; return how many. Runs as the loader.

    Each position is told of it once, however often this runs.
    """
    known = set(Notice.objects.filter(kind=kind, about=about).values_list("position", flat=True))
    made = [
        Notice(kind=kind, about=about, position=each, at=at or now())
        for each in positions
        if each.pk not in known
    ]
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def void_notices(
    actor: Actor, *, kind: Notice.Kind, about: UUID, at: datetime | None = None
) -> int:
    """Put away what was told of an event and holds no more; return how much. Runs as the loader."""
    told = Notice.objects.filter(kind=kind, about=about, seen_at=None, void_at=None)
    return told.update(void_at=at or now())


@transaction.atomic
def mark_notices_seen(actor: Actor, *, notices: Iterable[UUID], at: datetime | None = None) -> int:
    """Mark those of `notices` seen that the actor may see; return how many. Twice is once."""
    mine = SEE_NOTICE.filter(Notice.objects.filter(pk__in=notices, seen_at__isnull=True), actor)
    count = Notice.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(
        seen_at=at or now(), seen_by=actor.user_id
    )
    if count:
        record_decision(
            actor, "mark_notices_seen", kind="notice", uuid=None, particulars={"count": count}
        )
    return count
