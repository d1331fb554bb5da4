"""How many students each school, network or the district gains and loses by moves, by month."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from bascule.metrics.chains import arrivals_by_move
from bascule.metrics.figures import DISTRICT
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import HIGHLY_MOBILE, Rule


@dataclass(frozen=True)
class MonthOfMoves:
    """One month of one unit: students who `arrived` from another school, and who `left` for one.

    `month` is its first day. A move inside a network or the district counts as both.
    """

    unit: str
    month: date
    arrived: int
    left: int


def moves_by_month(
    snapshot: Snapshot, unit: Unit, year: int, rule: Rule = HIGHLY_MOBILE
) -> list[MonthOfMoves]:
    """Return the months of school year `year` in which students moved, by unit, then month.

    A move is a change of school between neighboring stints that is no promotion (as rule
    `highly_mobile` says), in the month and school year of the arrival. Open counts.
    """
    arrivals = arrivals_by_move(snapshot, rule)
    moves = arrivals.filter(arrivals.school_year == year).mutate(
        month=arrivals.starts_on.truncate("month")
    )
    arrived = _ends(moves, snapshot, "school_id", unit).mutate(arrived=1, left=0)
    left = _ends(moves, snapshot, "previous_school_id", unit).mutate(arrived=0, left=1)
    both = ibis.union(arrived, left).group_by("unit", "month")
    counted = both.agg(arrived=ibis._.arrived.sum(), left=ibis._.left.sum())
    return [
        MonthOfMoves(row["unit"], _day(row["month"]), int(row["arrived"]), int(row["left"]))
        for row in snapshot.rows(counted.order_by("unit", "month"))
    ]


def _day(month: date) -> date:
    return date(month.year, month.month, 1)


def _ends(moves: ir.Table, snapshot: Snapshot, school: str, unit: Unit) -> ir.Table:
    """Return the unit and month of one end of each move; schools without a unit are left out."""
    if unit is Unit.DISTRICT:
        return moves.select(unit=ibis.literal(DISTRICT), month=moves.month)
    schools = snapshot.schools
    key = schools.key if unit is Unit.SCHOOL else schools.network
    units = schools.filter(key.notnull()).select(**{school: schools.school_id, "unit": key})
    return moves.inner_join(units, school).select("unit", "month")
