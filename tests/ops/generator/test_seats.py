"""Seats by school and grade."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.ops.generator import invented
from bascule.ops.generator.schools import read_spine, schools_of
from bascule.ops.generator.seats import grade_seats, largest_remainder, school_seats


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.integers(1, 400_000))
def test_largest_remainder_gives_everybody_the_quota_rounded_down_or_up(
    weights: list[int], total: int
) -> None:
    if sum(weights) == 0:
        weights[0] = 1
    shares = largest_remainder(np.array(weights, dtype=float), total)
    assert shares.sum() == total
    quota = np.array(weights) * total / sum(weights)
    assert (shares >= np.floor(quota - 1e-6)).all()
    assert (shares <= np.ceil(quota + 1e-6)).all()


def test_largest_remainder_of_a_known_case() -> None:
    # Hamilton's method: quotas 4.167, 3.333, 2.5 of 10 seats
    assert largest_remainder(np.array([5.0, 4.0, 3.0]), 10).tolist() == [4, 3, 3]


def test_each_school_has_its_published_enrollment_in_the_grades_it_offers() -> None:
    schools = schools_of(invented.spine_rows(), np.random.default_rng(1))
    enrolled = school_seats(schools, None)
    seats = grade_seats(schools, enrolled)
    assert enrolled.tolist() == [school.enrollment for school in invented.SCHOOLS]
    assert seats.sum(axis=1).tolist() == enrolled.tolist()
    assert (seats[~schools.offers] == 0).all()


def test_the_spine_sums_to_325370_students_in_652_schools(spine: Path) -> None:
    schools = read_spine(spine, np.random.default_rng(1))
    assert (len(schools), int(school_seats(schools, None).sum())) == (652, 325_370)
    assert int(school_seats(schools, 20_000).sum()) == 20_000


def test_options_schools_without_a_rate_draw_one_that_is_published(spine: Path) -> None:
    schools = read_spine(spine, np.random.default_rng(1))
    options = schools.is_options
    published = set(schools.mobility[options & schools.has_mobility].tolist())
    drawn = schools.mobility[options & ~schools.has_mobility].tolist()
    assert (int(schools.has_mobility.sum()), len(published), len(drawn)) == (595, 19, 21)
    assert set(drawn) <= published


@pytest.mark.parametrize("column", ["mobility", "truancy", "attendance", "iep", "el"])
def test_published_percentages_become_shares(column: str, spine: Path) -> None:
    shares = getattr(read_spine(spine, np.random.default_rng(1)), column)
    assert ((shares >= 0) & (shares <= 1)).all()
