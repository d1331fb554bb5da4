"""The checker finds every pair that would rather have each other, and refuses what is no result."""

import numpy as np
import pytest

from bascule.matching.stability import blocking_pairs

RANKINGS = [[0, 1], [0, 1], [1, 0]]
PRIORITIES = [[1, 0], [0, 1], [2, 2]]
SEATS, LOTTERY = [1, 1], [1, 2, 3]


def pairs(program: list[int]) -> list[list[int]]:
    found = blocking_pairs(RANKINGS, PRIORITIES, SEATS, LOTTERY, program)
    return [[int(each) for each in pair] for pair in found]


def test_the_stable_assignment_is_blocked_by_nobody() -> None:
    assert pairs([1, 0, -1]) == []


@pytest.mark.parametrize(
    ("program", "blocking"),
    [
        ([0, 1, -1], [[1, 0]]),  # 1 has the better priority at 0
        ([-1, 0, -1], [[0, 1], [2, 1]]),  # a seat is free
        ([-1, 0, 1], [[0, 1]]),  # 0 comes before 2
        ([-1, -1, -1], [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1], [2, 0]]),
    ],
)
def test_each_pair_that_would_rather_have_each_other_is_named(
    program: list[int], blocking: list[list[int]]
) -> None:
    assert sorted(pairs(program)) == sorted(blocking)


def test_among_equal_priorities_the_lottery_decides() -> None:
    equal = np.zeros((2, 1), dtype=int)
    assert blocking_pairs([[0], [0]], equal, [1], [2, 1], [0, -1]).tolist() == [[1, 0]]
    assert blocking_pairs([[0], [0]], equal, [1], [1, 2], [0, -1]).tolist() == []


def test_what_is_no_assignment_is_refused() -> None:
    with pytest.raises(ValueError, match="program 0 holds more than its seats"):
        pairs([0, 0, -1])
    with pytest.raises(ValueError, match="student 0 is in a program that they did not rank"):
        blocking_pairs([[0]], [[0]], [1, 1], [1], [1])
