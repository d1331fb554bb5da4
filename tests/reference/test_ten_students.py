"""Section 2.5's ten students under every profile, student by student (ADR 10 to 12)."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bascule.metrics.catalog import measure, rows_behind, switchboard_of
from bascule.metrics.figures import Figure, figure_of
from bascule.metrics.profiles import PROFILES, UndefinedMeasureError
from bascule.metrics.snapshot import Snapshot, open_snapshot, write_meta, write_table
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES

FIRST, LAST = date(2024, 8, 26), date(2025, 6, 12)
Stint = tuple[int, date, date, str, str]


def ten_students(s6: tuple[str, str]) -> list[Stint]:
    """Return (student, start, end, entry code, exit code); `s6` codes S6's exit and return."""
    return [
        (1, FIRST, LAST, "02", "01"),
        (2, FIRST, LAST, "02", "01"),
        (3, FIRST, date(2024, 9, 20), "02", "33"),
        (4, FIRST, date(2024, 11, 15), "02", "33"),
        (4, date(2025, 2, 3), date(2025, 4, 4), "05", "33"),
        (5, date(2025, 1, 21), LAST, "05", "01"),
        (6, FIRST, date(2025, 2, 14), "02", s6[0]),
        (6, date(2025, 2, 20), LAST, s6[1], "01"),
        (7, FIRST, date(2025, 3, 7), "02", "20"),
        (8, FIRST, date(2025, 5, 16), "02", "06"),
        (9, date(2025, 5, 12), LAST, "05", "01"),
        (10, FIRST, date(2024, 12, 6), "02", "33"),
        (10, date(2025, 1, 6), LAST, "05", "01"),
    ]


def written(folder: Path, stints: list[Stint]) -> Snapshot:
    """Write the ten students into a snapshot of school A (weekdays, no holidays)."""
    rows = list(zip(*stints, strict=True))
    count = len(stints)
    write_table(folder, "stints", {
        "student_id": rows[0], "school_id": [7] * count, "school_year": [2025] * count,
        "starts_on": rows[1], "ends_on": rows[2], "entry_code": rows[3], "exit_code": rows[4],
        "entry_kind": [ENTRY_CODES[code].kind for code in rows[3]],
        "exit_kind": [EXIT_CODES[code].kind for code in rows[4]], "grade": ["9"] * count,
    })  # fmt: skip
    ten = list(range(1, 11))
    write_table(folder, "students", {
        "student_id": ten, "birth_date": [date(2010, 1, 1)] * 10, "gender": list("FM" * 5),
        "race": ["x"] * 10, "iep": [who in (4, 5) for who in ten],
        **{name: [False] * 10 for name in ("low_income", "english_learner", "homeless")},
    })  # fmt: skip
    write_table(folder, "schools", {
        "school_id": [7], "key": ["A"], "name": ["School A"], "kind": ["high"],
        "is_options": [False], "network_id": [3], "network": ["Network 3"],
    })  # fmt: skip
    span = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    days = [day for day in span if day.weekday() < 5]
    write_table(folder, "days", {"day": days, "school_year": [2025] * len(days)})
    write_meta(folder, date(2025, 7, 31))
    return open_snapshot(folder, threads=1)


NO_TRANSFER, TRANSFER = ("21", "10"), ("33", "05")


@pytest.fixture(scope="module")
def school_a(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return written(tmp_path_factory.mktemp("a"), ten_students(NO_TRANSFER))


@pytest.fixture(scope="module")
def s6_transferred(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return written(tmp_path_factory.mktemp("b"), ten_students(TRANSFER))


# (profile, measure, students counted, as often as counted; denominator; value)
EXPECTED = [
    ("co", "mobility", [4, 5, 7, 9, 10], 9, "55.6"),
    ("co", "incidence", [4, 4, 4, 5, 7, 9, 10, 10], 9, "88.9"),
    ("co", "stability", [1, 2, 6, 8], 9, "44.4"),
    ("ga", "churn", [4, 4, 4, 5, 7, 10, 10], 7, "100.0"),
    ("ga", "incidence", [4, 4, 4, 5, 7, 10, 10], 7, "100.0"),
    ("ga", "mobility", [4, 4, 4, 5, 7, 10, 10], 7, "100.0"),
    ("ca", "stability", [1, 2, 8], 10, "30.0"),
    ("ca", "mobility", [3, 4, 5, 6, 7, 9, 10], 10, "70.0"),
    ("tx", "mobility", [3, 4, 5, 7, 9], 10, "50.0"),
    ("ma", "intake", [5, 9], 10, "20.0"),
    ("ma", "churn", [3, 4, 5, 9], 10, "40.0"),
    ("ma", "mobility", [3, 4, 5, 9], 10, "40.0"),
    ("ma", "stability", [1, 2, 6, 8, 10], 7, "71.4"),
    ("il", "mobility", [4, 5, 9, 10], 9, "44.4"),
    ("dc", "intake", [4, 5, 6, 9, 10], 7, "71.4"),
    ("dc", "exits", [4, 4, 6, 7, 10], 7, "71.4"),
    ("dc", "churn", [4, 4, 4, 5, 6, 6, 7, 9, 10, 10], 7, "142.9"),
    ("dc", "incidence", [4, 4, 4, 5, 6, 6, 7, 9, 10, 10], 7, "142.9"),
    ("dc", "mobility", [4, 4, 4, 5, 6, 6, 7, 9, 10, 10], 7, "142.9"),
]


@pytest.mark.parametrize(
    ("profile", "key", "counted", "base", "value"), EXPECTED, ids=lambda part: str(part)
)
def test_each_profile_counts_the_students_derived_for_it(
    school_a: Snapshot, profile: str, key: str, counted: list[int], base: int, value: str
) -> None:
    rows = rows_behind(school_a, key, profile, "school", 2025, "A")
    assert (list(rows.numerator), len(rows.denominator)) == (counted, base)
    figure = figure_of("A", rows, PROFILES[profile])
    assert (figure.num, figure.den, str(figure.value)) == (len(counted), base, value)


def test_every_definition_of_every_profile_is_checked_here() -> None:
    checked = {(profile, key) for profile, key, *_ in EXPECTED}
    assert checked == {(p.key, key) for p in PROFILES.values() for key in p.definitions}


def test_a_measure_is_the_sum_of_its_rows(school_a: Snapshot) -> None:
    found = [measure(school_a, "churn", profile, "school", 2025) for profile in ("ma", "ga")]
    assert found == [
        [Figure("A", 4, 10, Decimal("40.0"), False, "ma", 1)],
        [Figure("A", 7, 7, Decimal("100.0"), False, "ga", 1)],
    ]


def test_illinois_counts_s6_where_its_exit_was_coded_a_transfer(s6_transferred: Snapshot) -> None:
    rows = rows_behind(s6_transferred, "mobility", "il", "school", 2025, "A")
    assert (rows.numerator, len(rows.denominator)) == ((4, 5, 6, 9, 10), 9)


@pytest.mark.parametrize("key", ["churn", "stability"])
def test_the_coding_of_s6_changes_nothing_in_massachusetts(
    school_a: Snapshot, s6_transferred: Snapshot, key: str
) -> None:
    one, other = (measure(s, key, "ma", "school", 2025) for s in (school_a, s6_transferred))
    assert one == other


DC_BY_MONTH = {10: (0, 0), 12: (0, 2), 1: (2, 2), 2: (4, 3), 4: (4, 5), 6: (5, 5)}


@pytest.mark.parametrize("month", DC_BY_MONTH)
def test_dc_accumulates_month_by_month(school_a: Snapshot, month: int) -> None:
    found = [
        measure(school_a, key, "dc", "school", 2025, month=month)[0] for key in ("intake", "exits")
    ]
    assert [(figure.num, figure.den) for figure in found] == [(n, 7) for n in DC_BY_MONTH[month]]


def test_the_network_and_the_district_of_one_school_agree_with_it(school_a: Snapshot) -> None:
    units = {
        unit: measure(school_a, "mobility", "co", unit, 2025) for unit in ("network", "district")
    }
    assert {
        unit: [(f.unit, f.num, f.den, f.value) for f in found] for unit, found in units.items()
    } == {
        "network": [("Network 3", 5, 9, Decimal("55.6"))],
        "district": [("district", 5, 9, Decimal("55.6"))],
    }


def test_a_group_narrows_numerator_and_denominator(school_a: Snapshot) -> None:
    with_iep = rows_behind(school_a, "mobility", "co", "school", 2025, "A", group="iep")
    assert (with_iep.numerator, with_iep.denominator) == ((4, 5), (4, 5))
    (figure,) = measure(school_a, "stability", "co", "school", 2025, group="gender=M")
    assert (figure.num, figure.den) == (3, 5)


def test_before_its_window_has_opened_a_figure_is_missing_not_zero(school_a: Snapshot) -> None:
    assert measure(school_a, "mobility", "co", "school", 2025, month=9) == []
    assert measure(school_a, "stability", "ca", "school", 2025, month=3) == []
    (figure,) = measure(school_a, "stability", "ca", "school", 2025, month=4)
    assert (figure.num, figure.den) == (3, 9)


def test_the_switchboard_shows_every_authority_and_the_students_who_flip(
    school_a: Snapshot,
) -> None:
    board = switchboard_of(school_a, "school", "A", 2025)
    assert [(p.profile, p.title, str(p.figure and p.figure.value)) for p in board.positions] == [
        ("il", "Student mobility rate", "44.4"),
        ("co", "Student mobility rate", "55.6"),
        ("ma", "Churn rate", "40.0"),
        ("ga", "Churn rate", "100.0"),
        ("tx", "Mobility rate", "50.0"),
        ("ca", "Non-stability rate", "70.0"),
        ("dc", "Mid-year entries and exits", "142.9"),
    ]
    assert board.flips == {
        3: ("ma", "tx", "ca"),
        6: ("ca", "dc"),
        7: ("co", "ga", "tx", "ca", "dc"),
        9: ("il", "co", "ma", "tx", "ca", "dc"),
        10: ("il", "co", "ga", "ca", "dc"),
    }


def test_the_switchboard_of_a_unit_without_students_has_no_figures(school_a: Snapshot) -> None:
    board = switchboard_of(school_a, "school", "no such school", 2025)
    assert ({p.figure for p in board.positions}, board.flips) == ({None}, {})


def test_what_an_authority_does_not_define_is_refused(school_a: Snapshot) -> None:
    with pytest.raises(UndefinedMeasureError, match="Texas does not define stability"):
        measure(school_a, "stability", "tx", "school", 2025)


def test_unknown_names_are_refused(school_a: Snapshot) -> None:
    with pytest.raises(KeyError, match="happiness"):
        measure(school_a, "happiness", "co", "school", 2025)
    with pytest.raises(KeyError, match="ny"):
        measure(school_a, "mobility", "ny", "school", 2025)
    with pytest.raises(ValueError, match="no group grades"):
        measure(school_a, "mobility", "co", "school", 2025, group="grades")
    with pytest.raises(ValueError, match="a number from 1 to 12"):
        measure(school_a, "mobility", "co", "school", 2025, month=13)
    with pytest.raises(ValueError, match="no days in session"):
        measure(school_a, "mobility", "co", "school", 2031)
    with pytest.raises(ValueError, match="classroom"):
        measure(school_a, "mobility", "co", "classroom", 2025)
