"""Check an assignment against the definition of stability, sharing no code with what made it.

A student and a program block an assignment where both would rather have each other: the student
ranks the program above the own result, and the program has a free seat or holds somebody whose
claim is worse (domain/mobility.md 4.2).
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def blocking_pairs(
    rankings: npt.ArrayLike,
    priorities: npt.ArrayLike,
    capacities: npt.ArrayLike,
    lottery: npt.ArrayLike,
    program: npt.ArrayLike,
) -> Ints:
    """Return the pairs (student, program) that block the assignment `program`, (pairs x 2).

    The first four are those of `deferred_acceptance`; `program` (students,) is -1 where
    unassigned. None are left over where the assignment is stable. Raises ValueError where it is
    no assignment: more students than seats, or a program that the student did not rank.
    """
    ranked, seats = np.asarray(rankings, dtype=np.int64), np.asarray(capacities, dtype=np.int64)
    result = np.asarray(program, dtype=np.int64)
    claims = _claims(np.asarray(priorities), np.asarray(lottery))
    counts = np.bincount(result[result >= 0], minlength=len(seats))
    if (counts > seats).any():
        raise ValueError(f"program {int((counts > seats).argmax())} holds more than its seats")
    chosen = _rank_of_result(ranked, result)
    worst = np.full(len(seats), -1)
    placed = np.flatnonzero(result >= 0)
    np.maximum.at(worst, result[placed], claims[placed, chosen[placed]])
    worst[counts < seats] = claims.size
    places = np.arange(ranked.shape[1])
    preferred = (ranked >= 0) & (places < chosen[:, None])
    students, ranks = np.nonzero(preferred & (claims < worst[ranked]))
    return np.column_stack([students, ranked[students, ranks]])


def _claims(priorities: Ints, lottery: npt.NDArray[np.generic]) -> Ints:
    """Return the place of each entry of a list in the order of all: priority, then lottery."""
    students, ranks = priorities.shape
    drawn = np.repeat(np.argsort(np.argsort(lottery, kind="stable")), ranks)
    order = np.lexsort((drawn, priorities.ravel()))
    claims = np.empty(students * ranks, dtype=np.int64)
    claims[order] = np.arange(students * ranks)
    return claims.reshape(students, ranks)


def _rank_of_result(ranked: Ints, result: Ints) -> Ints:
    """Return at which place of the own list each student's result stands; its length if nowhere."""
    is_result = (ranked == result[:, None]) & (result >= 0)[:, None]
    found = is_result.any(axis=1)
    if (~found & (result >= 0)).any():
        student = int((~found & (result >= 0)).argmax())
        raise ValueError(f"student {student} is in a program that they did not rank")
    if not ranked.shape[1]:
        return np.zeros(len(ranked), dtype=np.int64)
    return np.where(found, is_result.argmax(axis=1), ranked.shape[1])
