"""The trends pack: its comment is written by day, and the night makes it, once for each month."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bascule.cases.models import Notice
from bascule.cases.notices import (
    mark_notices_seen,
    tell_positions,
    unseen_notices,
    void_notices,
)
from bascule.directory.models import Membership, Organization, Position
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.school_calendar import school_year_of
from bascule.metrics.models import MonthlyMoves
from bascule.metrics.month_audit import DISTRICT, Moved, audited_month
from bascule.mobility.models import PackFigure, TrendPack
from bascule.mobility.models.packs import LONGEST
from bascule.mobility.months import first_month_of, months_from
from bascule.mobility.queries import months_due, months_to_remind_of, unmade_months
from bascule.roster.rules import HIGHLY_MOBILE

READERS = ("transition_specialist", "network_chief")
COMMENTER = "mobility_lead"


@transaction.atomic
def write_comment(
    actor: Actor, *, month: date, words: str, at: datetime | None = None
) -> TrendPack:
    """Say what the pack of `month` (its first day) shall carry, until it is made.

    Whoever was reminded of it has nothing more to do. Raises NotPermitted for who does not comment
    on trends, Refusal for no words, for more than LONGEST characters, for a month that is not open
    for comments, and for one whose pack is made.
    """
    at = at or now()
    if not actor.may("comment_trends"):
        raise NotPermitted("not-permitted", _("The pack carries the comment of the Lead."))
    words = words.strip()
    if not words or len(words) > LONGEST:
        said = _("Say what the month shows, in at most %(number)s characters.")
        raise Refusal("unreadable", said % {"number": LONGEST})
    if month not in unmade_months(local_day(at)):
        raise _made()
    pack = _with_words(actor, month, words, at)
    reminders = unseen_notices(actor).filter(kind=Notice.Kind.COMMENT, about=pack.uuid)
    mark_notices_seen(actor, notices=[each.pk for each in reminders], at=at)
    record_decision(
        actor, "write_comment", kind="trend_pack", uuid=pack.uuid,
        particulars={"month": f"{month:%Y-%m}"},
    )  # fmt: skip
    return pack


def _made() -> Refusal:
    return Refusal("made", _("The pack of this month is made, or the month is to come."))


def _with_words(actor: Actor, month: date, words: str, at: datetime) -> TrendPack:
    drafts = TrendPack.objects.filter(month=month, made_at=None)
    said = {"words": words, "written_by": actor.user_id, "written_name": actor.name}
    if not drafts.update(**said, written_at=at):
        try:
            with transaction.atomic():
                return TrendPack.objects.create(month=month, **said, written_at=at)
        except IntegrityError:  # the night has made it in this moment
            raise _made() from None
    return drafts.get()


def make_packs(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Make the packs that are due on the day of `at`, and remind of comments. Runs as the loader.

    However often it runs, and wherever it was stopped: one pack and one notice for each month.
    """
    day = local_day(at)
    made = sum(make_pack(actor, month=month, at=at) for month in months_due(day))
    told = sum(remind_of_comment(actor, month=month, at=at) for month in months_to_remind_of(day))
    return {"packs": made, "reminders": told}


@transaction.atomic
def make_pack(actor: Actor, *, month: date, at: datetime) -> bool:
    """Publish the month with those of its school year before it, and tell who reads the pack.

    False where it is made already, or where no move of its school year was ever counted: what is
    missing is not zero. All of it is one transaction.
    """
    if not MonthlyMoves.objects.filter(school_year=school_year_of(month)).exists():
        return False
    pack, _is_new = TrendPack.objects.select_for_update().get_or_create(month=month)
    if pack.made_at is not None:
        return False
    day = local_day(at)
    pack.made_at, pack.as_of = at, day
    pack.rule, pack.version = HIGHLY_MOBILE.key, HIGHLY_MOBILE.version
    pack.save()
    PackFigure.objects.bulk_create(_figures(pack, day), batch_size=5_000)
    void_notices(actor, kind=Notice.Kind.COMMENT, about=pack.uuid, at=at)
    readers = Position.objects.filter(role__in=READERS)
    tell_positions(actor, kind=Notice.Kind.PACK, about=pack.uuid, positions=readers, at=at)
    record_decision(
        actor, "make_pack", kind="trend_pack", uuid=pack.uuid,
        particulars={"month": f"{month:%Y-%m}"},
    )  # fmt: skip
    return True


@transaction.atomic
def remind_of_comment(actor: Actor, *, month: date, at: datetime) -> int:
    """Tell the Lead that the pack of a month has no comment yet; return how many were told."""
    pack, _is_new = TrendPack.objects.get_or_create(month=month)
    leads = Position.objects.filter(role=COMMENTER)
    return tell_positions(actor, kind=Notice.Kind.COMMENT, about=pack.uuid, positions=leads, at=at)


def _figures(pack: TrendPack, day: date) -> Iterator[PackFigure]:
    """Audit the months of the school year that never left the house, up to that of the pack."""
    months = months_from(first_month_of(pack.month), pack.month)
    published = PackFigure.objects.filter(month__in=months).values_list("month", flat=True)
    known = set(published.distinct())
    network_of, district = _networks_on(day), _district()
    for month in months:
        if month in known:
            continue
        for unit, moved in audited_month(_open_counts(month), network_of).items():
            if place := district if unit is DISTRICT else unit:
                yield PackFigure(
                    pack=pack, organization_id=place, month=month, arrived=moved.arrived,
                    left=moved.left,
                )  # fmt: skip


def _district() -> int | None:
    found = Organization.objects.filter(kind=Organization.Kind.DISTRICT).order_by("id")
    return found.values_list("pk", flat=True).first()


def _networks_on(day: date) -> dict[int, int | None]:
    """Return the network of each school that is in one on `day`."""
    rows = Membership.objects.filter(on(day), parent__kind=Organization.Kind.NETWORK)
    return dict(rows.values_list("member_id", "parent_id"))


def _open_counts(month: date) -> dict[int, Moved]:
    """Return every school's moves in a month, none for those that the night found none of."""
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    counts = dict.fromkeys(schools.filter(ended_at=None).values_list("pk", flat=True), Moved(0, 0))
    moved = MonthlyMoves.objects.filter(month=month, organization__in=schools)
    return counts | {row.organization_id: Moved(row.arrived, row.left) for row in moved}
