"""Published tables as an attacker reads them: cells with counts, and sums that tie them.

Everything that is public about the same students belongs into one publication: linked
groupings, totals, last month's edition, exports (figures.md 4.3). `union` joins them.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

Cell = Hashable


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `parts`; all are cells of one publication."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True)
class Publication:
    """Cells with their true counts (whole, not negative) and the sums everybody knows."""

    values: Mapping[Cell, int]
    sums: tuple[Sum, ...]

    def __post_init__(self) -> None:
        """Refuse sums that do not add up: an auditor with wrong sums protects nothing."""
        for each in self.sums:
            if sum(self.values[part] for part in each.parts) != self.values[each.total]:
                raise ValueError(f"the parts of {each.total!r} do not add up to it")

    @cached_property
    def sums_of(self) -> Mapping[Cell, tuple[int, ...]]:
        """Return, for each cell, the places in `sums` that it takes part in."""
        places: dict[Cell, list[int]] = {cell: [] for cell in self.values}
        for place, each in enumerate(self.sums):
            for cell in (each.total, *each.parts):
                places[cell].append(place)
        return {cell: tuple(found) for cell, found in places.items()}

    @cached_property
    def totals(self) -> frozenset[Cell]:
        """Return the cells that are the total of some sum."""
        return frozenset(each.total for each in self.sums)


def union(*publications: Publication) -> Publication:
    """Join publications about the same students; equal cells are one cell.

    Raises ValueError if two publications give one cell different counts.
    """
    values: dict[Cell, int] = {}
    for publication in publications:
        for cell, value in publication.values.items():
            if values.setdefault(cell, value) != value:
                raise ValueError(f"{cell!r} is published as {values[cell]} and as {value}")
    sums = dict.fromkeys(each for publication in publications for each in publication.sums)
    return Publication(values, tuple(sums))


def cross_table(
    counts: Mapping[tuple[str, str], int], parents: Mapping[str, str | None], top: str
) -> Publication:
    """Build the publication of a unit x group table with every total up to `top`.

    `counts` gives each (unit, group) a count; `parents` names the unit above each unit (None:
    directly under `top`). Cells are (unit, group), with group "all" for a unit's total.
    """
    values: dict[Cell, int] = dict(counts.items())
    members: dict[str, list[str]] = {}
    for unit in dict.fromkeys(unit for unit, _ in counts):
        members.setdefault(parents.get(unit) or top, []).append(unit)
    middle = [unit for unit in members if unit != top]
    members[top] = [*members.get(top, []), *middle]
    groups = tuple(dict.fromkeys(group for _, group in counts))
    sums = []
    for above in (*middle, top):
        for group in groups:
            parts = tuple((unit, group) for unit in members[above] if (unit, group) in values)
            if parts:
                values[above, group] = sum(values[part] for part in parts)
                sums.append(Sum((above, group), parts))
    sums += _group_totals(values, groups)
    sums += [
        Sum((above, "all"), tuple((unit, "all") for unit in members[above]))
        for above in (*middle, top)
    ]
    return Publication(values, tuple(sums))


def _group_totals(values: dict[Cell, int], groups: Iterable[str]) -> list[Sum]:
    """Add each unit's total over its groups to `values` and return the sums."""
    of_unit: dict[str, list[tuple[str, str]]] = {}
    for cell in values:
        if isinstance(cell, tuple):
            of_unit.setdefault(cell[0], []).append(cell)
    for unit, parts in of_unit.items():
        values[unit, "all"] = sum(values[part] for part in parts)
    return [Sum((unit, "all"), tuple(parts)) for unit, parts in of_unit.items()]
