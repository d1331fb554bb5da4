"""The attacker: what anybody can work out from a table with hidden cells.

`peel` solves sums with one unknown again and again (every render); `audit` asks a linear program
for the feasible interval of each hidden cell (at publication). Both know all published cells,
all sums, and that counts are not negative (figures.md 4.3).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import highspy
import numpy as np

from bascule.metrics.tables import Cell, Publication

TOLERANCE = 1e-6
Interval = tuple[float, float]


@dataclass(frozen=True)
class Audit:
    """What the attacker found; empty findings mean that the table is safe.

    `exact` gives the hidden cells whose count follows from the rest; `narrow` the feasible
    interval of each hidden cell narrower than asked (exact ones included); `betrayed` each
    protected cell that the only student of another hidden cell can work out, with that cell.
    """

    exact: Mapping[Cell, int] = field(default_factory=dict)
    narrow: Mapping[Cell, Interval] = field(default_factory=dict)
    betrayed: Mapping[Cell, Cell] = field(default_factory=dict)

    @property
    def is_safe(self) -> bool:
        """Say whether nothing was found."""
        return not (self.exact or self.narrow or self.betrayed)


def peel(publication: Publication, hidden: AbstractSet[Cell]) -> dict[Cell, int]:
    """Return the hidden cells that follow from sums with one unknown, solved repeatedly."""
    unknown = [_unknown(publication, place, hidden) for place in range(len(publication.sums))]
    ready = [place for place, cells in enumerate(unknown) if len(cells) == 1]
    found: dict[Cell, int] = {}
    while ready:
        cells = unknown[ready.pop()]
        if not cells:
            continue
        cell = next(iter(cells))
        found[cell] = publication.values[cell]
        for place in publication.sums_of[cell]:
            unknown[place].discard(cell)
            if len(unknown[place]) == 1:
                ready.append(place)
    return found


def audit(
    publication: Publication,
    hidden: AbstractSet[Cell],
    width: float,
    protected: Collection[Cell] | None = None,
) -> Audit:
    """Attack `hidden` cells; each should stay uncertain by at least `width` students.

    `protected` (default: all hidden cells) are those that a single student in another hidden
    cell must not be able to work out (the singleton rule).
    """
    narrow: dict[Cell, Interval] = {}
    for component in components(publication, hidden):
        narrow |= _Attack(publication, component).narrow_intervals(width)
    exact = {
        cell: publication.values[cell]
        for cell, (low, high) in narrow.items()
        if high - low < TOLERANCE
    }
    return Audit(exact, narrow, betrayed(publication, hidden, protected or hidden))


def intervals(publication: Publication, hidden: AbstractSet[Cell]) -> dict[Cell, Interval]:
    """Return every hidden cell's full feasible interval (high may be infinite)."""
    found: dict[Cell, Interval] = {}
    for component in components(publication, hidden):
        found |= _Attack(publication, component).narrow_intervals(np.inf)
    return found


def betrayed(
    publication: Publication, hidden: AbstractSet[Cell], protected: Collection[Cell]
) -> dict[Cell, Cell]:
    """Return each protected cell that the only student of another hidden cell can work out.

    That student knows one count, their own; only a sum with two unknowns can start the leak. A
    total of one part is the same number under another name, and nothing new to that student.
    """
    secret = set(protected)
    singles = {
        cell
        for place in range(len(publication.sums))
        for cells in [_unknown(publication, place, hidden)]
        if len(cells) == 2
        for cell in cells
        if publication.values[cell] == 1
    }
    leaks: dict[Cell, Cell] = {}
    already = peel(publication, hidden)
    for single in sorted(singles, key=repr):
        own = _other_names(publication, single)
        for cell in peel(publication, hidden - {single}):
            if cell in secret and cell not in already and cell not in own:
                leaks.setdefault(cell, single)
    return leaks


def _other_names(publication: Publication, cell: Cell) -> set[Cell]:
    """Return the cells that one-part sums make equal to `cell`, itself included."""
    names, frontier = {cell}, [cell]
    while frontier:
        for place in publication.sums_of[frontier.pop()]:
            each = publication.sums[place]
            if len(each.parts) == 1:
                new = {each.total, *each.parts} - names
                names |= new
                frontier += new
    return names


def components(publication: Publication, hidden: AbstractSet[Cell]) -> Iterator[list[Cell]]:
    """Yield the hidden cells in groups that no sum connects; each group is attacked alone."""
    left = dict.fromkeys(cell for cell in publication.values if cell in hidden)
    while left:
        group, frontier = [], [left.popitem()[0]]
        while frontier:
            cell = frontier.pop()
            group.append(cell)
            for place in publication.sums_of[cell]:
                for neighbor in _unknown(publication, place, left.keys()):
                    del left[neighbor]
                    frontier.append(neighbor)
        yield group


def _unknown(publication: Publication, place: int, hidden: AbstractSet[Cell]) -> set[Cell]:
    each = publication.sums[place]
    return {cell for cell in (each.total, *each.parts) if cell in hidden}


class _Attack:
    """The linear program of one component, solved again with one objective after another."""

    def __init__(self, publication: Publication, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.truth = np.array([publication.values[cell] for cell in cells], dtype=float)
        self.low, self.high = self.truth.copy(), self.truth.copy()
        self._solver = _solver(publication, cells, self.truth)

    def narrow_intervals(self, width: float) -> dict[Cell, Interval]:
        """Return the interval of each cell that cannot vary by `width`.

        Every solution is a table the attacker must hold possible, so it widens what is known of
        all cells at once; a cell that has varied enough is never asked about again.
        """
        for place in range(len(self.cells)):
            for direction in (1, -1):
                if self.high[place] - self.low[place] < width - TOLERANCE:
                    self._push(place, direction)
        return {
            cell: (float(low), float(high))
            for cell, low, high in zip(self.cells, self.low, self.high, strict=True)
            if high - low < width - TOLERANCE
        }

    def _push(self, place: int, direction: int) -> None:
        """Drive one cell up (1) or down (-1) as far as the sums allow."""
        self._solver.changeColCost(place, -float(direction))
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = np.asarray(self._solver.getSolution().col_value)
            np.minimum(self.low, solution, out=self.low)
            np.maximum(self.high, solution, out=self.high)
        elif direction > 0 and status in _UNBOUNDED:
            self.high[place] = np.inf
        else:
            raise RuntimeError(f"the attacker's program ended as {status}")
        self._solver.changeColCost(place, 0.0)


_UNBOUNDED = (
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


def _solver(publication: Publication, cells: Sequence[Cell], truth: np.ndarray) -> highspy.Highs:
    """Build the program: hidden cells not negative, each sum's unknowns fixed to the truth's."""
    places = sorted({place for cell in cells for place in publication.sums_of[cell]})
    row_of = {place: row for row, place in enumerate(places)}
    starts, rows, factors = [0], [], []
    for cell in cells:
        for place in publication.sums_of[cell]:
            rows.append(row_of[place])
            factors.append(-1.0 if publication.sums[place].total == cell else 1.0)
        starts.append(len(rows))
    column = np.repeat(np.arange(len(cells)), np.diff(starts))
    fixed = np.zeros(len(places))
    np.add.at(fixed, rows, np.array(factors) * truth[column])
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(cells), len(places)
    program.col_cost_, program.col_lower_ = np.zeros(len(cells)), np.zeros(len(cells))
    program.col_upper_ = np.full(len(cells), highspy.kHighsInf)
    program.row_lower_ = program.row_upper_ = fixed
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    program.a_matrix_.index_ = np.array(rows, dtype=np.int32)
    program.a_matrix_.value_ = np.array(factors)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(program)
    return solver
