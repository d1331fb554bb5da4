"""One month of moves as it may leave the house: audited over schools, networks and the district.

Every network and the district is the sum of its schools, and a move inside the district is both
an arrival and a departure: the district's number is the sum of either. All of it is one
publication, so that nobody's pack tells what another one hides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bascule.metrics.suppression import Rule, protect, small_cells
from bascule.metrics.tables import Cell, Publication, Sum

DISTRICT = None
SIDES = ("arrived", "left")


@dataclass(frozen=True)
class Moved:
    """Students who came to a unit in a month, and who left it for another; None where hidden."""

    arrived: int | None
    left: int | None


class Count(NamedTuple):
    """One number: a unit (DISTRICT for all of it) and its side."""

    unit: int | None
    side: str


MOVES = Count(DISTRICT, "moves")


def audited_month(
    schools: Mapping[int, Moved], network_of: Mapping[int, int | None]
) -> dict[int | None, Moved]:
    """Return what may be shown of each school, network and (DISTRICT) the district.

    `schools` are the open counts of every school, `network_of` names the network of each. Hidden
    are counts below ten, zero included, and as many others as keep each of them uncertain
    (`suppression.Rule`). Networks and the district are the sums of their schools.
    """
    values, sums, unsaid = _cells_and_sums(schools, network_of)
    publication = Publication(values, tuple(sums))
    rule = Rule()
    hidden = protect(publication, rule, primary=small_cells(publication, rule) | unsaid).hidden

    def shown(cell: Cell) -> int | None:
        return None if cell in hidden else values[cell]

    networks = dict.fromkeys(each for each in network_of.values() if each is not None)
    units = [*schools, *(each for each in networks if Count(each, "arrived") in values)]
    found: dict[int | None, Moved] = {
        unit: Moved(shown(Count(unit, "arrived")), shown(Count(unit, "left"))) for unit in units
    }
    return {DISTRICT: Moved(shown(MOVES), shown(MOVES)), **found}


def _cells_and_sums(
    schools: Mapping[int, Moved], network_of: Mapping[int, int | None]
) -> tuple[dict[Cell, int], list[Sum], frozenset[Cell]]:
    """Return the cells, what ties them, and those that no pack prints."""
    values: dict[Cell, int] = {}
    sums: list[Sum] = []
    tops: dict[str, tuple[Count, ...]] = {}
    for side in SIDES:
        leaves = {unit: Count(unit, side) for unit in schools}
        values |= {leaf: _count(schools[unit], side) for unit, leaf in leaves.items()}
        within = list(_networks(leaves, network_of, side))
        for each in within:
            values[each.total] = sum(values[part] for part in each.parts)
        sums += within
        alone = (leaf for unit, leaf in leaves.items() if network_of.get(unit) is None)
        tops[side] = (*(Count(*each.total) for each in within), *alone)  # type: ignore[misc]
    unsaid = _tie_to_the_district(values, sums, tops)
    return values, sums, unsaid


def _count(moved: Moved, side: str) -> int:
    return (moved.arrived if side == "arrived" else moved.left) or 0


def _networks(
    leaves: Mapping[int, Count], network_of: Mapping[int, int | None], side: str
) -> Iterable[Sum]:
    members: dict[int, list[Count]] = {}
    for unit, leaf in leaves.items():
        network = network_of.get(unit)
        if network is not None:
            members.setdefault(network, []).append(leaf)
    return (Sum(Count(network, side), tuple(parts)) for network, parts in members.items())


def _tie_to_the_district(
    values: dict[Cell, int], sums: list[Sum], tops: Mapping[str, tuple[Count, ...]]
) -> frozenset[Cell]:
    """Add the district's moves, the sum of either side; return what one side lacks to it.

    That is a move to or from a place that is no school of ours any more; nothing prints it.
    """
    totals = {side: sum(values[part] for part in parts) for side, parts in tops.items()}
    values[MOVES] = max(totals.values(), default=0)
    unsaid = frozenset(_rests(values, totals))
    for side, parts in tops.items():
        rest = [cell for cell in unsaid if cell == Count(DISTRICT, f"no {side}")]
        if parts or rest:
            sums.append(Sum(MOVES, (*parts, *rest)))
    return unsaid


def _rests(values: dict[Cell, int], totals: Mapping[str, int]) -> Iterator[Cell]:
    for side, total in totals.items():
        if lacking := values[MOVES] - total:
            cell = Count(DISTRICT, f"no {side}")
            values[cell] = lacking
            yield cell
