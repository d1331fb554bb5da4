"""Moves month by month and from where to where, as one person may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bascule.directory.models import Membership, Organization
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.metrics.models import FlowCount, MonthlyMoves
from bascule.metrics.policies import SEE_FLOWS, SEE_OPEN

MONTHS = (7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Month:
    """One month of one unit: 0 where nobody moved, None where the month is still to come."""

    first_day: date
    arrived: int | None = 0
    left: int | None = 0


@dataclass(frozen=True)
class Trend:
    """The twelve months of a unit's school year, July first."""

    unit: Organization
    months: Sequence[Month]

    @property
    def arrived(self) -> int:
        """Students who came in the year."""
        return sum(month.arrived or 0 for month in self.months)

    @property
    def left(self) -> int:
        """Students who left for another school in the year."""
        return sum(month.left or 0 for month in self.months)


def trend_years() -> list[int]:
    """Return the school years with moves, the newest first."""
    years = MonthlyMoves.objects.order_by("-school_year").values_list("school_year", flat=True)
    return list(years.distinct())


def units_in_remit(actor: Actor) -> list[Organization]:
    """Return where the actor's trends begin: the district, else the own networks or schools."""
    kinds = Organization.Kind
    if actor.is_district_wide:
        return list(Organization.objects.filter(kind=kinds.DISTRICT).order_by("id")[:1])
    own = Organization.objects.filter(kind__in=[kinds.NETWORK, kinds.SCHOOL])
    return list(own.filter(pk__in=actor.organization_ids).order_by("kind", "name"))


def parts_of(unit: Organization, day: date) -> list[Organization]:
    """Return what a unit consists of on `day`: the district's networks, a network's schools."""
    if unit.kind == Organization.Kind.SCHOOL:
        return []
    if unit.kind == Organization.Kind.DISTRICT:
        networks = Organization.objects.filter(kind=Organization.Kind.NETWORK, ended_at=None)
        return list(networks.order_by("name"))
    members = Membership.objects.filter(on(day), parent=unit).values("member")
    return list(Organization.objects.filter(pk__in=members, ended_at=None).order_by("name"))


def trends_of(actor: Actor, units: Sequence[Organization], school_year: int) -> list[Trend]:
    """Return the units' months, of those that the actor may see. One query."""
    rows = MonthlyMoves.objects.filter(organization__in=units, school_year=school_year)
    by_unit: dict[int, dict[int, MonthlyMoves]] = {}
    for row in SEE_OPEN.filter(rows, actor):
        by_unit.setdefault(row.organization_id, {})[row.month.month] = row
    return [Trend(unit, _months(by_unit[unit.pk], school_year)) for unit in units
            if unit.pk in by_unit]  # fmt: skip


def _months(rows: dict[int, MonthlyMoves], school_year: int) -> list[Month]:
    found = []
    for month in MONTHS:
        day = date(school_year - (month >= 7), month, 1)
        row = rows.get(month)
        if row:
            found.append(Month(day, row.arrived, row.left))
        else:
            found.append(Month(day, None, None) if day > today() else Month(day))
    return found


@dataclass(frozen=True)
class Matrix:
    """Moves from each unit (a row) to each unit (a column); None where none is seen."""

    units: Sequence[Organization]
    rows: Sequence[tuple[Organization, Sequence[int]]]

    @property
    def most(self) -> int:
        """The largest count."""
        return max((count for _, counts in self.rows for count in counts), default=0)


def flow_matrix(actor: Actor, units: Sequence[Organization], school_year: int) -> Matrix:
    """Return the moves among `units` that the actor may see; units without any are left out."""
    rows = SEE_FLOWS.filter(
        FlowCount.objects.filter(school_year=school_year, sender__in=units, receiver__in=units),
        actor,
    )
    moves = {(row.sender_id, row.receiver_id): row.moves for row in rows}
    named = {unit for pair in moves for unit in pair}
    kept = [unit for unit in units if unit.pk in named]
    return Matrix(
        kept, [(one, [moves.get((one.pk, other.pk), 0) for other in kept]) for one in kept]
    )


def neighbors_of(
    actor: Actor, school: Organization, school_year: int, most: int = 12
) -> tuple[list[FlowCount], list[FlowCount]]:
    """Return from which schools most students came, and to which most left."""
    rows = SEE_FLOWS.filter(FlowCount.objects.filter(school_year=school_year), actor)
    rows = rows.select_related("sender", "receiver").order_by("-moves", "id")
    return _first(rows.filter(receiver=school), most), _first(rows.filter(sender=school), most)


def _first(rows: Iterable[FlowCount], most: int) -> list[FlowCount]:
    return list(rows)[:most]
