"""Moves over a whole table agree with moves student by student."""

from datetime import date

import ibis
import pytest

from bascule.metrics.year_moves import count_moves as count_moves_of_all
from tests.metrics.generated_stints import (
    START,
    Row,
    all_at_once,
    random_stints,
    student_by_student,
)


@pytest.mark.parametrize("gap_days", [1, 14])
def test_the_expression_agrees_with_the_function_on_every_student(gap_days: int) -> None:
    rows = random_stints(3000, seed=gap_days)
    expected = student_by_student(rows, gap_days)
    assert len(set(expected.values())) > 8
    assert None in expected.values()
    assert all_at_once(rows, gap_days) == expected


def test_table_b_comes_out_of_the_expression_too() -> None:
    rows: list[Row] = [
        (1, 1, date(2004, 8, 26), date(2004, 8, 26)),
        (1, 2, date(2004, 10, 1), date(2005, 4, 10)),
        (1, 2, date(2005, 5, 1), date(2005, 6, 15)),
        (2, 2, date(2004, 9, 1), date(2004, 11, 2)),
        (2, 3, date(2004, 11, 3), date(2005, 1, 10)),
        (2, 1, date(2005, 1, 11), date(2005, 3, 1)),
        (2, 1, date(2005, 4, 2), date(2005, 6, 15)),
        (3, 1, date(2004, 9, 26), date(2005, 5, 30)),
        (4, 3, date(2004, 9, 1), None),
        (4, 1, date(2005, 2, 2), date(2005, 6, 15)),
    ]
    later = [(s, c, a and a.replace(year=a.year + 20), b and b.replace(year=b.year + 20))
             for s, c, a, b in rows]  # fmt: skip
    assert all_at_once(later, 14) == {1: 4, 2: 4, 3: 2, 4: None}


def test_a_gap_limit_below_one_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        count_moves_of_all(ibis.table({"student_id": "int64"}, name="stints"), START, START, 0)
