"""Mail about notices: one message at each turn, how many of which kind, and nothing about anybody.

Mail lies readable on servers of others. It names no student and does not count restricted cases.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from bascule.access.models import User
from bascule.cases.models import CaseFile, MailChoice, Notice
from bascule.cases.notices import is_staffed_again, unseen_notices
from bascule.cases.policies import SEE_MAIL_CHOICE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, start_of
from bascule.kernel.jobs import enqueue
from bascule.kernel.mailing import can_mail, send_mail
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal

How = MailChoice.How
MORNING = time(7)
MAIL_NEWS = "cases.mail_news"


def turn_of(how: str, at: datetime) -> datetime | None:
    """Return when the turn of a choice last came up to `at`: at once, this morning, this Monday.

    Mornings are at 7:00 of the district; None for who is never mailed.
    """
    if how == How.INSTANT:
        return at
    if how not in (How.DAILY, How.WEEKLY):
        return None
    day = local_day(at - timedelta(hours=MORNING.hour))
    if how == How.WEEKLY:
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, MORNING, start_of(day).tzinfo)


def choices_of(actor: Actor) -> dict[str, str]:
    """Return how often the actor is mailed about each kind of notices; never where nothing is."""
    rows = SEE_MAIL_CHOICE.filter(MailChoice.objects.all(), actor)
    return dict.fromkeys(Notice.Kind.values, How.OFF) | dict(rows.values_list("kind", "how"))


@transaction.atomic
def choose_mails(actor: Actor, *, chosen: Mapping[str, str], at: datetime | None = None) -> None:
    """Keep how often the actor is mailed about each kind in `chosen`; older notices are no news.

    Raises Refusal for a kind or an interval that is none.
    """
    if not (set(chosen) <= set(Notice.Kind.values) and set(chosen.values()) <= set(How.values)):
        raise Refusal("no-such-choice", _("Choose how often you are mailed."))
    before, at = choices_of(actor), at or now()
    for kind, how in chosen.items():
        if how != before[kind]:
            MailChoice.objects.update_or_create(
                user_id=actor.user_id, kind=kind, defaults={"how": how, "told_until": at}
            )
    record_decision(actor, "choose_mails", kind="user", uuid=None, particulars=dict(chosen))


def begin_mails(actor: Actor, *, at: datetime | None = None) -> int:
    """Let everybody be mailed whose turn has come, each by a job of their own; return how many."""
    if not can_mail():
        return 0
    at = at or now()
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from cases_users_to_mail(%s, %s, %s)",
            [at, turn_of(How.DAILY, at), turn_of(How.WEEKLY, at)],
        )
        users = [row[0] for row in cursor.fetchall()]
    for user in users:
        enqueue(Actor(user_id=user, name=""), MAIL_NEWS)
    return len(users)


@transaction.atomic
def mail_news(actor: Actor, *, at: datetime | None = None) -> bool:
    """Mail the actor what is new since the last mail, if their turn has come and there is any.

    What could not be sent is tried again at the next look. Returns whether a mail was sent.
    """
    at = at or now()
    rows = SEE_MAIL_CHOICE.filter(MailChoice.objects.select_for_update(), actor)
    due = [each for each in rows if (turn := turn_of(each.how, at)) and each.told_until < turn]
    counted = _news(actor, due, at)
    if counted and not _sent(actor, counted):
        return False
    for each in due:
        each.told_until = at
    MailChoice.objects.bulk_update(due, ["told_until"])
    return bool(counted)


def _news(actor: Actor, due: list[MailChoice], at: datetime) -> dict[str, int]:
    """Count the unseen notices of each kind that came since they were last mailed."""
    if not due:
        return {}
    new = Q(pk__in=[])
    for each in due:
        new |= Q(kind=each.kind, at__gt=each.told_until, at__lte=at)
    is_open = Q(case__isnull=True) | Q(case__tier=CaseFile.Tier.STUDENT)
    rows = unseen_notices(actor).filter(new, is_open).exclude(is_staffed_again(local_day(at)))
    return dict(rows.order_by("kind").values_list("kind").annotate(n=Count("pk")))


def _sent(actor: Actor, counted: Mapping[str, int]) -> bool:
    """Write and send the mail in the person's language."""
    user = User.objects.select_related("person").get(pk=actor.user_id)
    with translation.override(user.language):
        lines = [f"{Notice.Kind(kind).label}: {n}" for kind, n in counted.items()]
        here = [f"{_('Open Bascule:')} {each}/" for each in settings.CSRF_TRUSTED_ORIGINS[:1]]
        words = _("New in your queue:"), *lines, "", *here, _(
            "Restricted cases are not counted in mails. How often you get them, you choose there"
            " under your account."
        )  # fmt: skip
        subject = _("Bascule: new in your queue")
    return send_mail(to=user.person.email, subject=str(subject), text="\n".join(words))
