"""Questions about trends packs: which are due, which may be read, and what stands in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, QuerySet

from bascule.directory.models import Membership, Organization
from bascule.directory.queries import on, school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.school_calendar import CalendarTooShortError
from bascule.metrics.policies import SEE_OPEN
from bascule.metrics.trends import Month
from bascule.mobility.models import PackFigure, TrendPack
from bascule.mobility.months import first_month_of, months_after, months_from
from bascule.mobility.policies import SEE_PACK

REMINDED_BEFORE = 5
"""How many school days before the pack is made the Lead is reminded of its comment."""


@dataclass(frozen=True)
class PackLine:
    """A unit with the months of the pack; None in a month is hidden."""

    unit: Organization
    months: Sequence[Month]


@dataclass(frozen=True)
class PackTable:
    """The lines of the district, of the networks, or of the schools of one network (`within`).

    `within` is None for schools without a network, and for what lies above schools.
    """

    kind: str
    within: Organization | None
    lines: Sequence[PackLine]


def packs_made(actor: Actor) -> QuerySet[TrendPack]:
    """Return the packs that the actor may read, the newest first."""
    return SEE_PACK.filter(TrendPack.objects.filter(made_at__isnull=False), actor)


def unmade_months(day: date) -> list[date]:
    """Return the months without a pack up to that of `day`: after the last one that was made.

    Where none was made, last month is the first.
    """
    newest = TrendPack.objects.filter(made_at__isnull=False).aggregate(last=Max("month"))["last"]
    this_month = day.replace(day=1)
    begin = months_after(newest, 1) if newest else months_after(this_month, -1)
    return months_from(begin, this_month)


def due_on(month: date) -> date | None:
    """Return the first school day after a month; None where the calendar does not reach it."""
    try:
        last_day = months_after(month, 1) - timedelta(days=1)
        return school_calendar().school_days_after(last_day, 1)
    except CalendarTooShortError:
        return None


def months_due(day: date) -> list[date]:
    """Return the months whose pack should be there on `day` and is not, the oldest first."""
    return [each for each in unmade_months(day) if (due := due_on(each)) and due <= day]


def months_to_remind_of(day: date) -> list[date]:
    """Return the months whose pack waits for a comment, within five school days of its making."""
    commented = TrendPack.objects.exclude(words="").values_list("month", flat=True)
    waiting = [each for each in unmade_months(day) if each not in set(commented)]
    return [each for each in waiting if (since := _reminded_on(each)) and since <= day]


def _reminded_on(month: date) -> date | None:
    due = due_on(month)
    try:
        return school_calendar().school_days_before(due, REMINDED_BEFORE) if due else None
    except CalendarTooShortError:
        return None


def pack_tables(actor: Actor, pack: TrendPack) -> list[PackTable]:
    """Return what stands in a pack for one reader, from the district down. Two queries.

    Every number is as it left the house, whoever reads it; only units in remit are shown.
    """
    months = months_from(first_month_of(pack.month), pack.month)
    rows = PackFigure.objects.filter(month__in=months).select_related("organization")
    found: dict[Organization, dict[date, PackFigure]] = {}
    for row in SEE_OPEN.filter(rows, actor).order_by("organization__name", "organization", "month"):
        found.setdefault(row.organization, {})[row.month] = row
    lines = [PackLine(unit, _months(months, by_month)) for unit, by_month in found.items()]
    kinds = Organization.Kind
    above = [
        PackTable(kind, None, [line for line in lines if line.unit.kind == kind])
        for kind in (kinds.DISTRICT, kinds.NETWORK)
    ]
    schools = [line for line in lines if line.unit.kind == kinds.SCHOOL]
    return [table for table in (*above, *_by_network(schools, pack)) if table.lines]


def _months(months: Iterable[date], by_month: dict[date, PackFigure]) -> list[Month]:
    shown = []
    for month in months:
        row = by_month.get(month)
        shown.append(Month(month, row.arrived, row.left) if row else Month(month, None, None))
    return shown


def _by_network(lines: Sequence[PackLine], pack: TrendPack) -> list[PackTable]:
    rows = Membership.objects.filter(on(pack.as_of or pack.month), member__kind="school")
    network_of = {row.member_id: row.parent for row in rows.select_related("parent")}
    tables: dict[Organization | None, list[PackLine]] = {}
    for line in lines:
        tables.setdefault(network_of.get(line.unit.pk), []).append(line)
    named = sorted(tables, key=lambda each: (each is None, each.name if each else ""))
    return [PackTable(Organization.Kind.SCHOOL, each, tables[each]) for each in named]
