"""The files of a generated folder: headers, days, seats, determinism, the command line."""

import hashlib
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from bascule.ops.generator import Summary, generate_district
from bascule.ops.generator.__main__ import last_school_day_before, main
from tests.ops.generator.conftest import AS_OF, STUDENTS
from tests.ops.generator.reading import Folder

HEADERS = {
    "enrollment_events.csv": "student_id,school_id,event,date,code,reason,grade",
    "calendar.csv": "school_id,date,kind,note",
    "attendance_events.csv": "student_id,school_id,date,kind",
    "attendance_months.csv": "student_id,school_id,month,days_enrolled,days_absent,"
    "days_unexcused,days_tardy",
    "marks.csv": "student_id,school_id,school_year,term,course,mark,credits_attempted,"
    "credits_earned",
    "programs.csv": "student_id,program,starts_on,ends_on",
    "planted/manifest.csv": "kind,student_id,school_id,other_school_id,began_on,fires,detail",
}


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_each_file_has_the_header_of_the_feeds_page(folder: Folder, name: str) -> None:
    with (folder.path / name).open(encoding="utf-8") as handle:
        assert handle.readline() == HEADERS[name] + "\n"


def test_the_summary_counts_the_rows_of_every_file(made: tuple[Folder, Summary]) -> None:
    folder, summary = made
    counted = {name: len(folder.rows(name)) for name in [*HEADERS, "schools.csv"]}
    files = {name: rows for name, rows in folder.roster.items() if name != "manifest"}
    counted["oneroster.zip"] = sum(map(len, files.values()))
    assert summary.rows == {**summary.rows, **counted}
    assert summary.years == (2025, 2026, 2027)


def test_nothing_but_the_calendar_is_dated_after_the_as_of_day(folder: Folder) -> None:
    last = str(AS_OF)
    for name, columns in (
        ("enrollment_events.csv", ["date"]),
        ("attendance_events.csv", ["date"]),
        ("programs.csv", ["starts_on", "ends_on"]),
        ("planted/manifest.csv", ["began_on"]),
    ):
        assert max(row[column] for row in folder.rows(name) for column in columns) <= last, name
    assert max(row["month"] for row in folder.rows("attendance_months.csv")) == "2025-06"
    assert {row["school_year"] for row in folder.rows("marks.csv")} == {"2025", "2026"}


def test_on_each_first_day_every_school_holds_its_seats(folder: Folder) -> None:
    published = {
        row["school_id"]: int(row["enrolment_sy2425"]) for row in folder.rows("schools.csv")
    }
    for first_day in (date(2025, 8, 25), date(2026, 8, 24)):
        enrolled = Counter(
            claim.school
            for claims in folder.claims.values()
            for claim in claims
            if claim.exit != "99" and claim.start == first_day
        )
        unreported = sum(claim.start is None for cs in folder.claims.values() for claim in cs)
        assert STUDENTS - unreported <= enrolled.total() <= STUDENTS
        for school, count in published.items():
            seats = count * STUDENTS / sum(published.values())
            assert seats - unreported - 1 < enrolled[school] < seats + 1


def test_absences_fall_on_school_days_at_a_school_that_claims_the_student(folder: Folder) -> None:
    spans = defaultdict(list)
    for student, claims in folder.claims.items():
        for claim in claims:
            spans[student, claim.school].append((claim.start or date.min, claim.end or AS_OF))
    days = set(folder.school_days)
    rows = folder.rows("attendance_events.csv")
    assert len(rows) > 10_000
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    for row in rows:
        day = date.fromisoformat(row["date"])
        assert day in days
        assert any(a <= day <= b for a, b in spans[row["student_id"], row["school_id"]])


def test_nobody_is_absent_without_excuse_on_a_first_day(folder: Folder) -> None:
    first_days = {"2025-08-25", "2026-08-24"}
    rows = [row for row in folder.rows("attendance_events.csv") if row["date"] in first_days]
    assert {row["kind"] for row in rows} == {"absent_excused", "tardy"}


def test_monthly_totals_stand_once_a_student_school_and_month(folder: Folder) -> None:
    rows = folder.rows("attendance_months.csv")
    keys = {(row["student_id"], row["school_id"], row["month"]) for row in rows}
    assert len(keys) == len(rows) > 10_000
    for row in rows:
        enrolled, absent, unexcused, tardy = (int(row[name]) for name in list(row)[3:])
        assert 0 <= unexcused <= absent
        assert absent + tardy <= enrolled <= 23


def test_marks_name_known_courses_and_credits_follow_the_mark(folder: Folder) -> None:
    courses = {row["sourcedId"] for row in folder.roster["courses"]}
    rows = folder.rows("marks.csv")
    assert {row["course"] for row in rows} <= courses
    assert {row["mark"] for row in rows} == set("ABCDF")
    for row in rows:
        earned = "0.0" if row["mark"] == "F" else row["credits_attempted"]
        assert row["credits_earned"] == earned


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        generate_district(tmp_path / name, students=400, years=2, seed=seed, as_of=AS_OF)
        hashes.append(_hashes(tmp_path / name))
    assert len(hashes[0]) == 10
    assert hashes[0] == hashes[1]
    changed = {name for name in hashes[0] if hashes[0][name] != hashes[2][name]}
    assert changed == set(hashes[0]) - {"schools.csv", "calendar.csv", "attendance_months.csv"}


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_command_line_writes_a_district_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--students", "300", "--years", "1", "--as-of", "2026-11-20", "--out", str(tmp_path)]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert said.startswith("16 schools, ")
    assert "enrollment_events.csv" in said


def test_the_default_day_is_the_school_day_before_today() -> None:
    assert last_school_day_before(date(2026, 11, 30)) == date(2026, 11, 24)
    assert last_school_day_before(date(2026, 7, 4)) == date(2026, 6, 12)


@pytest.mark.parametrize("wrong", [{"years": 0}, {"years": 41}, {"students": 0}])
def test_impossible_numbers_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="years must be"):
        generate_district(tmp_path, as_of=AS_OF, **wrong)  # type: ignore[arg-type]
