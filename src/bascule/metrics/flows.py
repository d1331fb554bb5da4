"""Who sends students where: the flow matrix of one school year (domain/mobility.md 6.1, 27)."""

from dataclasses import dataclass

import ibis.expr.types as ir

from bascule.metrics.chains import arrivals_by_move
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import HIGHLY_MOBILE, Rule


@dataclass(frozen=True)
class Flow:
    """`moves` of students from one school or network to another within a school year."""

    sender: str
    receiver: str
    moves: int


def flows(snapshot: Snapshot, unit: Unit, year: int, rule: Rule = HIGHLY_MOBILE) -> list[Flow]:
    """Return the moves between units in school year `year`, by sender, then receiver.

    A move is a change of school between neighboring stints that is no promotion (as rule
    `highly_mobile` says), in the school year of the arrival, the summer before it included.
    Between networks, a move inside one network is a flow to itself; schools without a network
    are left out. Open counts: what everybody may see needs the auditor first. Raises ValueError
    for the district, which has no flow but to itself.
    """
    if unit is Unit.DISTRICT:
        raise ValueError("the district has no flow but to itself")
    arrivals = arrivals_by_move(snapshot, rule)
    moves = arrivals.filter(arrivals.school_year == year)
    key = "key" if unit is Unit.SCHOOL else "network"
    named = _named(_named(moves, snapshot, "previous_school_id", key, "sender"),
                   snapshot, "school_id", key, "receiver")  # fmt: skip
    counted = named.group_by("sender", "receiver").agg(moves=named.count())
    rows = snapshot.rows(counted.order_by("sender", "receiver"))
    return [Flow(row["sender"], row["receiver"], row["moves"]) for row in rows]


def _named(moves: ir.Table, snapshot: Snapshot, school: str, key: str, name: str) -> ir.Table:
    """Add the key of the unit that column `school` belongs to; drop rows without one."""
    schools = snapshot.schools
    units = schools.filter(schools[key].notnull()).select(**{school: "school_id", name: key})
    return moves.inner_join(units, school)
