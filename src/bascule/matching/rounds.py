"""What is asked of one round of assignment: lists, priorities and seats, checked once.

The lottery is not part of it: the same round is drawn a thousand times for the seat futures.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
UNASSIGNED = -1


class Round:
    """The students' lists and the programs' seats, laid out flat.

    `ranked` and `order` hold one entry for each place of each list: the program, and the number of
    the student's priority group there, from 0. The list of a student stands from `first` up to
    `end`. A key is a group with a turn of the lottery, lower first; all keys lie below `span`.
    """

    def __init__(
        self, rankings: npt.ArrayLike, priorities: npt.ArrayLike, capacities: npt.ArrayLike
    ) -> None:
        """Check and lay out; shapes and errors are those of `assign.deferred_acceptance`."""
        ranked, given = whole_numbers(rankings, "rankings"), np.asarray(priorities)
        self.seats = whole_numbers(capacities, "capacities")
        _require_shapes(ranked, given, self.seats)
        listed = ranked != UNASSIGNED
        lengths = listed.sum(axis=1)
        _require_lists(ranked, listed, lengths, len(self.seats))
        groups, numbers = np.unique(given[listed], return_inverse=True)
        order = np.zeros(ranked.shape, dtype=np.int64)
        order[listed] = numbers
        _require_one_priority(ranked, order, max(1, len(groups)))
        self.students, self.ranks = ranked.shape
        self.ranked, self.order = ranked.ravel(), order.ravel()
        self.first = np.arange(self.students, dtype=np.int64) * self.ranks
        self.end = self.first + lengths
        self.span = max(1, len(groups)) * max(1, self.students)

    def keys(self, turns: Ints) -> Ints:
        """Return the key of each entry, where `turns` (students,) are the places in the lottery."""
        return self.order * self.students + np.repeat(turns, self.ranks)


def turns_of(lottery: npt.ArrayLike, students: int) -> Ints:
    """Return each student's turn, from 0: lower numbers first, among equal ones the earlier row."""
    drawn = np.asarray(lottery)
    if drawn.shape != (students,):
        raise ValueError(f"the lottery has one number for each of {students} students")
    turns = np.empty(students, dtype=np.int64)
    turns[np.argsort(drawn, kind="stable")] = np.arange(students)
    return turns


def whole_numbers(values: npt.ArrayLike, noun: str) -> Ints:
    """Return `values` as int64; ValueError where they are not whole numbers."""
    given = np.asarray(values)
    if given.size and given.dtype.kind not in "iu":
        raise ValueError(f"{noun} are whole numbers, not {given.dtype}")
    return given.astype(np.int64)


def _require_shapes(ranked: Ints, given: npt.NDArray[np.generic], seats: Ints) -> None:
    if ranked.ndim != 2 or given.shape != ranked.shape:
        raise ValueError("rankings and priorities are both (students x ranks)")
    if seats.ndim != 1 or (seats < 0).any():
        raise ValueError("capacities are (programs,), none of them negative")


def _require_lists(ranked: Ints, listed: npt.NDArray[np.bool_], lengths: Ints, seats: int) -> None:
    if ((ranked < UNASSIGNED) | (ranked >= seats)).any():
        raise ValueError(f"a ranked program is not one of {seats}")
    if (listed != (np.arange(ranked.shape[1]) < lengths[:, None])).any():
        raise ValueError("a list goes on after its end")


def _require_one_priority(ranked: Ints, order: Ints, groups: int) -> None:
    """Naming a program twice changes nothing; naming it with two priorities contradicts itself."""
    pairs = np.sort(np.where(ranked == UNASSIGNED, -1, ranked * groups + order), axis=1)
    is_other = pairs[:, 1:] != pairs[:, :-1]
    if (is_other & (pairs[:, 1:] // groups == pairs[:, :-1] // groups) & (pairs[:, 1:] >= 0)).any():
        raise ValueError("a student has two priorities at one program")
