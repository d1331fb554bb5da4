"""Deferred acceptance gives what theory promises: stable, best for every student, no use to lie."""

from itertools import permutations, product
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.matching import assign
from bascule.matching.assign import deferred_acceptance
from bascule.matching.rounds import UNASSIGNED
from bascule.matching.stability import blocking_pairs
from tests.matching.plain_heap import Arrays, drawn_round, plain_acceptance


@st.composite
def rounds(draw: st.DrawFn, students: int = 6, programs: int = 4) -> Arrays:
    """Lists of any length, three priority groups, programs without a seat, ties in the lottery."""
    people = draw(st.integers(0, students))
    lists = [
        draw(st.permutations(range(programs)))[: draw(st.integers(0, programs))]
        for _ in range(people)
    ]
    groups = st.lists(st.integers(-1, 1), min_size=programs, max_size=programs)
    rankings = [[*row, *[UNASSIGNED] * (programs - len(row))] for row in lists]
    return (
        np.array(rankings, dtype=int).reshape(people, programs),
        np.array([draw(groups) for _ in range(people)], dtype=int).reshape(people, programs),
        np.array(draw(st.lists(st.integers(0, 3), min_size=programs, max_size=programs))),
        np.array(draw(st.lists(st.integers(0, 9), min_size=people, max_size=people)), dtype=int),
    )


def placed(*asked: Any) -> list[int]:
    return [int(each) for each in deferred_acceptance(*asked).program]


def rank_in(row: list[int], program: int) -> int:
    return row.index(program) if program != UNASSIGNED else len(row)


@pytest.mark.parametrize("few", [0, assign.FEW])
@given(asked=rounds())
def test_it_gives_what_the_plain_heap_gives_and_nobody_blocks_it(few: int, asked: Arrays) -> None:
    """In whole rounds to the end, and one at a time from the beginning."""
    with patch.object(assign, "FEW", few):
        found = placed(*asked)
    assert found == plain_acceptance(*asked)
    assert blocking_pairs(*asked, found).tolist() == []


@given(rounds(students=4))
def test_no_stable_assignment_is_better_for_anybody(asked: Arrays) -> None:
    """All assignments of a small round are tried: of the stable ones, each student has the best."""
    found, rows, seats = placed(*asked), asked[0].tolist(), asked[2].tolist()
    choices = [[each for each in row if each != UNASSIGNED] + [UNASSIGNED] for row in rows]
    for other in product(*choices):
        if any(other.count(program) > seats[program] for program in range(4)):
            continue
        if len(blocking_pairs(*asked, np.array(other, dtype=int))):
            continue
        for row, mine, theirs in zip(rows, found, other, strict=True):
            assert rank_in(row, mine) <= rank_in(row, theirs)


@given(rounds(students=5, programs=3), st.data())
def test_no_student_gets_a_better_place_by_another_list(asked: Arrays, data: st.DataObject) -> None:
    """One student hands in every other list of the programs, whole and cut short."""
    rankings, priorities, seats, lottery = asked
    if not len(rankings):
        return
    student = data.draw(st.integers(0, len(rankings) - 1))
    true, group = rankings[student].tolist(), dict(enumerate(priorities[student].tolist()))
    of_program = {each: group[place] for place, each in enumerate(true) if each != UNASSIGNED}
    honest = rank_in(true, placed(*asked)[student])
    for length in range(len(of_program) + 1):
        for said in permutations(of_program, length):
            told, given_there = rankings.copy(), priorities.copy()
            told[student] = [*said, *[UNASSIGNED] * (3 - length)]
            given_there[student] = [*(of_program[each] for each in said), *[0] * (3 - length)]
            lied = placed(told, given_there, seats, lottery)[student]
            assert honest <= rank_in(true, lied)


@pytest.mark.parametrize("few", [0, 50, 10**9])
def test_rounds_and_one_at_a_time_give_what_the_plain_heap_gives(few: int) -> None:
    """A lottery of 100 numbers for 3,000 students: thirty share each."""
    rankings, priorities, seats, lottery = drawn_round(3_000, 60, 6, seed=few)
    asked = rankings, priorities, seats, lottery % 100
    with patch.object(assign, "FEW", few):
        found = placed(*asked)
    assert found == plain_acceptance(*asked)
    assert blocking_pairs(*asked, found).tolist() == []
    assert 300 < found.count(UNASSIGNED) < 2_000


def test_priority_comes_before_the_lottery_and_the_lottery_before_the_row() -> None:
    rankings, seats = [[0], [0], [0]], [1]
    assert placed(rankings, [[1], [0], [1]], seats, [1, 3, 2]) == [-1, 0, -1]
    assert placed(rankings, [[0], [0], [0]], seats, [2, 3, 1]) == [-1, -1, 0]
    assert placed(rankings, [[0], [0], [0]], seats, [5, 5, 5]) == [0, -1, -1]


def test_who_is_displaced_goes_on_down_the_own_list() -> None:
    """0 holds the first program until 1 comes; then 0 displaces 2 from the second."""
    asked = [[0, 1], [0, 1], [1, 0]], [[1, 0], [0, 1], [2, 2]], [1, 1], [1, 2, 3]
    assert placed(*asked) == [1, 0, -1]


def test_nobody_gets_a_seat_that_is_not_there_or_that_they_did_not_ask_for() -> None:
    assert placed([[0, 1], [-1, -1]], [[0, 0], [0, 0]], [0, 1], [1, 2]) == [1, -1]
    assert placed(np.empty((0, 3), int), np.empty((0, 3), int), [2], []) == []
    assert placed(np.empty((2, 0), int), np.empty((2, 0), int), [2], [1, 2]) == [-1, -1]
    assert placed([[-1]], [[0]], np.empty(0, int), [1]) == [-1]


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "uint16"])
def test_small_integers_do_not_overflow(kind: str) -> None:
    rankings, priorities, seats, lottery = drawn_round(300, 20, 5)
    found = placed(rankings.astype("int8"), priorities.astype(kind), seats.astype(kind), lottery)
    assert found == placed(rankings, priorities, seats, lottery)


def test_priorities_may_be_far_apart_and_not_whole_and_a_list_may_name_a_program_twice() -> None:
    rankings, lottery = [[0], [0]], [0.25, 0.5]
    assert placed(rankings, [[2**62], [-(2**62)]], [1], lottery) == [-1, 0]
    assert placed(rankings, [[0.5], [0.25]], [1], lottery) == [-1, 0]
    assert placed([[0, 0, 1], [0, -1, -1]], [[1, 1, 0], [0, 9, 9]], [1, 1], lottery) == [1, 0]


@pytest.mark.parametrize(
    ("rankings", "priorities", "seats", "lottery", "said"),
    [
        ([[0, 1]], [[0]], [1, 1], [1], "students x ranks"),
        ([[0]], [[0]], [1], [1, 2], "one number for each of 1 students"),
        ([[2]], [[0]], [1, 1], [1], "is not one of 2"),
        ([[-2]], [[0]], [1], [1], "is not one of 1"),
        ([[0.5]], [[0]], [1], [1], "rankings are whole numbers"),
        ([[0]], [[0]], [1.5], [1], "capacities are whole numbers"),
        ([[0, 0]], [[0, 1]], [1], [1], "two priorities at one program"),
        ([[-1, 0]], [[0, 0]], [1], [1], "goes on after its end"),
        ([[0]], [[0]], [-1], [1], "none of them negative"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(
    rankings: list[list[float]],
    priorities: list[list[int]],
    seats: list[float],
    lottery: list[int],
    said: str,
) -> None:
    with pytest.raises(ValueError, match=said):
        deferred_acceptance(rankings, priorities, seats, lottery)
