"""Moves of one student in one school year (table B and the edges of its rule)."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.roster.moves import count_moves

ENROLL_BY, EXIT_BY = date(2004, 9, 15), date(2005, 6, 1)
START, END = date(2004, 9, 1), date(2005, 6, 15)

# domain/mobility.md 2.3
TABLE_B = {
    1: [(1, date(2004, 8, 26), date(2004, 8, 26)),
        (2, date(2004, 10, 1), date(2005, 4, 10)),
        (2, date(2005, 5, 1), date(2005, 6, 15))],
    2: [(2, date(2004, 9, 1), date(2004, 11, 2)),
        (3, date(2004, 11, 3), date(2005, 1, 10)),
        (1, date(2005, 1, 11), date(2005, 3, 1)),
        (1, date(2005, 4, 2), date(2005, 6, 15))],
    3: [(1, date(2004, 9, 26), date(2005, 5, 30))],
    4: [(3, date(2004, 9, 1), None),
        (1, date(2005, 2, 2), date(2005, 6, 15))],
}  # fmt: skip


def test_the_four_students_of_table_b_get_their_documented_moves() -> None:
    counted = {sid: count_moves(rows, ENROLL_BY, EXIT_BY, 14) for sid, rows in TABLE_B.items()}
    assert counted == {1: 4, 2: 4, 3: 2, 4: None}


def test_a_whole_year_at_one_school_is_no_move() -> None:
    assert count_moves([("A", START, END)], ENROLL_BY, EXIT_BY, 14) == 0


@pytest.mark.parametrize(
    ("entered_on", "left_on", "moves"),
    [
        (ENROLL_BY, EXIT_BY, 0),
        (ENROLL_BY + timedelta(days=1), EXIT_BY, 1),
        (ENROLL_BY, EXIT_BY - timedelta(days=1), 1),
        (ENROLL_BY + timedelta(days=1), EXIT_BY - timedelta(days=1), 2),
    ],
)
def test_entry_and_exit_count_only_beyond_their_limits(
    entered_on: date, left_on: date, moves: int
) -> None:
    assert count_moves([("A", entered_on, left_on)], ENROLL_BY, EXIT_BY, 14) == moves


@pytest.mark.parametrize(
    ("school", "gap", "moves"),
    [
        ("A", 13, 0),
        ("A", 14, 2),
        ("B", 13, 1),
        ("B", 14, 2),
        ("B", 0, 1),
        ("A", 0, 0),
        ("B", -3, 1),
    ],
)
def test_a_gap_counts_twice_from_its_limit_on_and_a_new_school_once_below(
    school: str, gap: int, moves: int
) -> None:
    left_on = date(2005, 1, 10)
    stints = [("A", START, left_on), (school, left_on + timedelta(days=gap), END)]
    assert count_moves(stints, ENROLL_BY, EXIT_BY, 14) == moves


def test_an_entry_while_an_older_stint_runs_follows_no_gap() -> None:
    stints = [
        ("A", START, END),
        ("B", date(2004, 11, 1), date(2004, 11, 20)),
        ("A", date(2005, 3, 1), END),
    ]
    assert count_moves(stints, ENROLL_BY, EXIT_BY, 14) == 2


def test_a_missing_date_or_no_stint_at_all_is_unknown_not_zero() -> None:
    assert count_moves([("A", None, END)], ENROLL_BY, EXIT_BY, 14) is None
    assert count_moves([("A", START, END), ("A", END, None)], ENROLL_BY, EXIT_BY, 14) is None
    assert count_moves([], ENROLL_BY, EXIT_BY, 14) is None


def test_a_gap_limit_below_one_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        count_moves([("A", START, END)], ENROLL_BY, EXIT_BY, 0)


SPANS = st.tuples(
    st.sampled_from(["A", "B", "C"]), st.integers(0, 280), st.integers(0, 280)
).map(
    lambda drawn: (
        drawn[0],
        START + timedelta(days=min(drawn[1:])),
        START + timedelta(days=max(drawn[1:])),
    )
)  # fmt: skip


@given(st.lists(SPANS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    stints: list[tuple[str, date, date]], random: Random
) -> None:
    shuffled = stints.copy()
    random.shuffle(shuffled)
    assert count_moves(shuffled, ENROLL_BY, EXIT_BY, 14) == count_moves(
        stints, ENROLL_BY, EXIT_BY, 14
    )


@given(st.lists(SPANS, min_size=1, max_size=6), st.integers(1, 60), st.integers(1, 60))
def test_a_longer_gap_limit_never_finds_more_moves(
    stints: list[tuple[str, date, date]], one: int, other: int
) -> None:
    strict = count_moves(stints, ENROLL_BY, EXIT_BY, min(one, other))
    lenient = count_moves(stints, ENROLL_BY, EXIT_BY, max(one, other))
    assert strict is not None
    assert lenient is not None
    assert lenient <= strict
