"""Which cells to hide: the small ones, and enough others that nobody can work the small ones out.

Primary cells hold fewer than n students, zero included: "nobody" and "everybody" are answers
about every single student (figures.md 4.1). Complements come from a greedy choice, then the
auditor attacks and its findings are repaired until it finds nothing (4.3).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from bascule.metrics.auditor import Audit, audit
from bascule.metrics.tables import Cell, Publication

Atom = Hashable
SMALL_TABLE = 150  # cells up to which complements are tried one by one for being needless


@dataclass(frozen=True)
class Rule:
    """How much a publication may tell.

    `below`: counts under it are primary; `zeros`: whether zero is primary too; `width`: the
    least number of students by which each hidden cell must stay uncertain; `singletons`:
    whether a student alone in a hidden cell is an attacker as well.
    """

    below: int = 10
    zeros: bool = True
    width: int = 3
    singletons: bool = True


@dataclass(frozen=True)
class Protected:
    """The cells to hide: `primary` for what they hold, `secondary` for what they would tell."""

    primary: frozenset[Cell]
    secondary: frozenset[Cell]

    @property
    def hidden(self) -> frozenset[Cell]:
        """Return all cells to hide."""
        return self.primary | self.secondary


def small_cells(publication: Publication, rule: Rule) -> frozenset[Cell]:
    """Return the primary cells: fewer than `rule.below` students (zero only if it says so)."""
    least = 0 if rule.zeros else 1
    return frozenset(
        cell for cell, value in publication.values.items() if least <= value < rule.below
    )


def protect(
    publication: Publication,
    rule: Rule,
    primary: Collection[Cell] | None = None,
    atoms: Mapping[Cell, Atom] | None = None,
    public: Collection[Cell] = frozenset(),
) -> Protected:
    """Choose the cells to hide so that `auditor.audit` finds nothing.

    `primary` replaces the rule's small cells; `atoms` names cells that are shown or hidden
    together (the numerator, the rest and the denominator of one rate); `public` ones have been
    published before and can no longer be hidden. Ends because every round hides more, and a
    table with everything hidden tells nothing.

    Raises RuntimeError if what is public already gives a primary cell away.
    """
    small = small_cells(publication, rule) if primary is None else frozenset(primary)
    choice = _Choice(publication, rule, small, atoms or {}, frozenset(public))
    choice.complete()
    while not (found := choice.attacked()).is_safe:
        choice.repair(found)
        choice.complete()
    if len(publication.values) <= SMALL_TABLE:
        choice.show_needless()
    return Protected(small, frozenset(choice.hidden) - small)


@dataclass
class _Choice:
    """The cells hidden so far, and the sums they stand in."""

    publication: Publication
    rule: Rule
    primary: frozenset[Cell]
    atoms: Mapping[Cell, Atom]
    public: frozenset[Cell]
    hidden: set[Cell] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.together: dict[Atom, list[Cell]] = {}
        for cell, atom in self.atoms.items():
            self.together.setdefault(atom, []).append(cell)
        self.unknowns: list[set[Cell]] = [set() for _ in self.publication.sums]
        for cell in self.primary:
            self.hide(cell)

    def companions(self, cell: Cell) -> list[Cell]:
        """Return the cells that are hidden whenever `cell` is, itself included."""
        return self.together[self.atoms[cell]] if cell in self.atoms else [cell]

    def hide(self, cell: Cell) -> None:
        for each in self.companions(cell):
            self.hidden.add(each)
            for place in self.publication.sums_of[each]:
                self.unknowns[place].add(each)

    def show(self, cell: Cell) -> None:
        for each in self.companions(cell):
            self.hidden.discard(each)
            for place in self.publication.sums_of[each]:
                self.unknowns[place].discard(each)

    def attacked(self) -> Audit:
        secret = self.primary if self.rule.singletons else ()
        found = audit(self.publication, self.hidden, self.rule.width, secret or self.hidden)
        return found if self.rule.singletons else Audit(found.exact, found.narrow)

    def complete(self) -> None:
        """Add complements until no single sum gives a hidden cell away."""
        places = [place for place in range(len(self.unknowns)) if self.is_weak(place)]
        while places:
            place = places.pop()
            if not self.is_weak(place):
                continue
            cell = self.best(self.shown_in(place))
            self.hide(cell)
            touched = {p for each in self.companions(cell) for p in self.publication.sums_of[each]}
            places += [p for p in sorted(touched, reverse=True) if self.is_weak(p)]

    def is_weak(self, place: int) -> bool:
        """Say whether this sum alone tells too much about one of its hidden cells.

        A hidden total lends its parts no uncertainty: totals are the numbers that are known from
        elsewhere. So the parts come first and the total last.
        """
        cells, total = self.unknowns[place], self.publication.sums[place].total
        if not cells or not self.shown_in(place):
            return False
        uncertain = sum(self.publication.values[cell] for cell in cells if cell != total)
        if len(cells) == 1 or uncertain < self.rule.width:
            return True
        return self.rule.singletons and len(cells) == 2 and self._is_betraying(cells)

    def _is_betraying(self, cells: Iterable[Cell]) -> bool:
        first, second = cells
        values = self.publication.values
        return (values[first] == 1 and second in self.primary) or (
            values[second] == 1 and first in self.primary
        )

    def shown_in(self, place: int) -> list[Cell]:
        """Return the cells of a sum that could still be hidden, its total last."""
        each = self.publication.sums[place]
        cells = (*each.parts, each.total)
        return [cell for cell in cells if cell not in self.hidden and cell not in self.public]

    def best(self, candidates: Iterable[Cell], near: Cell | None = None) -> Cell:
        """Return the cell whose hiding mends most, breaks least and loses least."""
        return min(candidates, key=lambda cell: self._cost(cell, near))

    def _cost(self, cell: Cell, near: Cell | None) -> tuple[int, int, bool, bool, int]:
        value, balance = self.publication.values[cell], 0
        for each in self.companions(cell):
            for place in self.publication.sums_of[each]:
                unknown = len(self.unknowns[place])
                balance += (unknown == 0) - (unknown == 1)
        shared = 0
        if near is not None:
            sums = set(self.publication.sums_of[near])
            shared = -len(sums.intersection(self.publication.sums_of[cell]))
        return (shared, balance, cell in self.publication.totals, value == 0, value)

    def repair(self, found: Audit) -> None:
        """Hide, for each cell the attacker narrowed down, one more cell beside it."""
        mended: set[int] = set()
        for cell in sorted({*found.narrow, *found.betrayed}, key=repr):
            if mended.isdisjoint(self.publication.sums_of[cell]):
                chosen = self.best(self.neighbors_of(cell), near=cell)
                self.hide(chosen)
                mended.update(self.publication.sums_of[chosen])

    def neighbors_of(self, cell: Cell) -> list[Cell]:
        """Return the nearest shown cells: in the sums of `cell`, or of the cells hidden there."""
        seen: set[int] = set()
        places = list(self.publication.sums_of[cell])
        while places:
            shown = dict.fromkeys(each for place in places for each in self.shown_in(place))
            if shown:
                return list(shown)
            seen.update(places)
            beside = {each for place in places for each in self.unknowns[place]}
            reached = {place for each in beside for place in self.publication.sums_of[each]}
            places = sorted(reached - seen)
        raise RuntimeError(f"{cell!r} is given away by what is public already")

    def show_needless(self) -> None:
        """Show again each complement without which the auditor still finds nothing."""
        values = self.publication.values
        for cell in sorted(self.hidden - self.primary, key=lambda c: (-values[c], repr(c))):
            if cell in self.hidden and self.primary.isdisjoint(self.companions(cell)):
                self.show(cell)
                if any(map(self.is_weak, range(len(self.unknowns)))) or not self.attacked().is_safe:
                    self.hide(cell)
