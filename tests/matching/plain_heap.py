"""The floor: deferred acceptance as anybody would write it, one student after the other."""

import heapq
from collections.abc import Sequence

import numpy as np


def plain_acceptance(
    rankings: np.ndarray, priorities: np.ndarray, capacities: np.ndarray, lottery: np.ndarray
) -> list[int]:
    """Return the program of each student, -1 where unassigned."""
    lists, groups = rankings.tolist(), priorities.tolist()
    seats, drawn = capacities.tolist(), lottery.tolist()
    held: list[list[tuple[float, float, int]]] = [[] for _ in seats]
    place = [0] * len(lists)
    result = [-1] * len(lists)
    waiting = list(range(len(lists)))
    while waiting:
        student = waiting.pop()
        while has_list_left(lists[student], place[student]):
            program = lists[student][place[student]]
            entry = (-groups[student][place[student]], -drawn[student], -student)
            place[student] += 1
            heap = held[program]
            if len(heap) < seats[program]:
                heapq.heappush(heap, entry)
            elif heap and entry > heap[0]:
                displaced = -heapq.heapreplace(heap, entry)[2]
                result[displaced] = -1
                waiting.append(displaced)
            else:
                continue
            result[student] = program
            break
    return result


def has_list_left(row: Sequence[int], place: int) -> bool:
    return place < len(row) and row[place] >= 0


Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def drawn_round(
    students: int, programs: int, ranks: int, *, seed: int = 20261122, seats: float = 0.8
) -> Arrays:
    """Draw lists of 1 to `ranks` programs, the popular first, in 4 priority groups, one lottery.

    `seats` is the share of the students for whom there are any.
    """
    draw = np.random.default_rng(seed)
    liking = np.log(draw.random(programs) ** 3 + 1e-3)
    rankings = np.empty((students, ranks), dtype=np.int64)
    for first in range(0, students, 10_000):
        block = rankings[first : first + 10_000]
        liked = liking + draw.gumbel(size=(len(block), programs))
        best = np.argpartition(-liked, ranks - 1, axis=1)[:, :ranks]
        in_turn = np.argsort(-np.take_along_axis(liked, best, axis=1), axis=1)
        block[:] = np.take_along_axis(best, in_turn, axis=1)
    lengths = draw.integers(1, ranks + 1, students)
    rankings[np.arange(ranks) >= lengths[:, None]] = -1
    capacities = np.full(programs, max(1, int(students * seats / programs)))
    return rankings, draw.integers(0, 4, rankings.shape), capacities, draw.permutation(students)
