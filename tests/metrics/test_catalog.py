"""A whole edition says the same as its measures one by one."""

from collections.abc import Callable
from functools import cache

import pytest

from bascule.metrics.catalog import (
    CATALOG,
    Edition,
    edition,
    measure,
    measure_audited,
    measure_by,
    measure_by_audited,
    rows_behind,
    rows_behind_each,
)
from bascule.metrics.profiles import PROFILES
from bascule.metrics.runs import Unit
from tests.metrics.random_district import District


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def edition_of(district: District) -> Callable[[str], Edition]:
    """The edition of a profile, computed once for all tests of this file."""
    return cache(lambda profile: edition(district.snapshot, profile, 2025))


def test_every_declared_measure_says_what_it_needs_to_say() -> None:
    for key, declared in CATALOG.items():
        assert declared.key == key
        assert declared.question.endswith("?")
        assert declared.steward
        assert declared.suppression
        assert declared.profiles == tuple(k for k, p in PROFILES.items() if key in p.definitions)
    assert set(CATALOG) == {"mobility", "incidence", "stability", "intake", "churn", "exits"}


@pytest.mark.parametrize("profile", ["ma", "tx", "ca"])
def test_an_edition_equals_its_measures_one_by_one(
    district: District, edition_of: Callable[[str], Edition], profile: str
) -> None:
    found = edition_of(profile)
    assert found.opened == {
        key: {unit: measure(district.snapshot, key, profile, unit, 2025) for unit in Unit}
        for key in PROFILES[profile].definitions
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_the_stints_of_one_year_say_all_that_its_edition_needs(
    district: District, edition_of: Callable[[str], Edition], profile: str
) -> None:
    of_year = district.snapshot.of_year(2025)
    assert edition(of_year, profile, 2025) == edition_of(profile)
    assert rows_behind_each(of_year, "mobility", profile, "school", 2025) == rows_behind_each(
        district.snapshot, "mobility", profile, "school", 2025
    )


def test_an_edition_shows_everybody_what_the_audited_measure_shows(
    district: District, edition_of: Callable[[str], Edition]
) -> None:
    found = edition_of("ma")
    assert found.shown["churn"][Unit.SCHOOL] == measure_audited(
        district.snapshot, "churn", "ma", "school", 2025
    )
    assert found.shown["mobility"] == found.shown["churn"]


@pytest.mark.parametrize("profile", PROFILES)
def test_an_edition_carries_the_students_whom_each_figure_of_a_school_opens_to(
    district: District, edition_of: Callable[[str], Edition], profile: str
) -> None:
    expected = {}
    for key in edition_of(profile).opened:
        behind = rows_behind_each(district.snapshot, key, profile, "school", 2025)
        is_rest = PROFILES[profile].definition(key).counts_most
        chosen = {
            school: set(rows.denominator) - set(rows.numerator) if is_rest else set(rows.numerator)
            for school, rows in behind.items()
        }
        expected[key] = {school: tuple(sorted(ids)) for school, ids in chosen.items() if ids}
    assert edition_of(profile).rows == expected


def test_an_edition_before_the_window_opens_is_empty(district: District) -> None:
    found = edition(district.snapshot, "co", 2025, month=9)
    assert set(found.opened) == {"mobility", "incidence", "stability"}
    assert {len(f) for levels in found.opened.values() for f in levels.values()} == {0}


def test_the_rows_of_every_unit_are_those_of_each_unit(district: District) -> None:
    each = rows_behind_each(district.snapshot, "churn", "ga", "school", 2025)
    assert set(each) == {"1", "2", "3"}
    assert each["2"] == rows_behind(district.snapshot, "churn", "ga", "school", 2025, "2")
    assert rows_behind(district.snapshot, "churn", "ga", "school", 2025, "9").denominator == ()


def test_the_values_of_an_attribute_add_up_to_all_students(district: District) -> None:
    (whole,) = measure(district.snapshot, "mobility", "co", "district", 2025)
    parts = measure_by(district.snapshot, "mobility", "co", "district", 2025, "iep")
    assert set(parts) == {"unknown", "true", "false"}
    assert sum(part[0].num or 0 for part in parts.values()) == whole.num
    assert sum(part[0].den or 0 for part in parts.values()) == whole.den


def test_a_group_is_audited_beside_the_figures_of_all_students(district: District) -> None:
    opened = measure_by(district.snapshot, "mobility", "co", "school", 2025, "iep")
    shown = measure_by_audited(district.snapshot, "mobility", "co", "school", 2025, "iep")
    assert {k: [f.unit for f in v] for k, v in shown.items()} == {
        k: [f.unit for f in v] for k, v in opened.items()
    }
    small = {
        (group, f.unit) for group, figures in opened.items() for f in figures
        if min(f.num or 0, (f.den or 0) - (f.num or 0)) < 10
    }  # fmt: skip
    hidden = {(group, f.unit) for group, figures in shown.items() for f in figures if f.suppressed}
    assert small
    assert small <= hidden


def test_another_attribute_is_refused(district: District) -> None:
    with pytest.raises(ValueError, match="no group grade; there are gender"):
        measure_by(district.snapshot, "mobility", "co", "school", 2025, "grade")
