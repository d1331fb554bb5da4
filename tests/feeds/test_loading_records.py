"""Attendance, marks and programs reach the roster; what is older lives on in daily totals."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bascule.directory.models import CalendarDay
from bascule.feeds.actions import Report, load_package
from bascule.feeds.models import FileRun, Quarantine
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import AttendanceDay, AttendanceEvent, Mark, ProgramSpell, Student

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def students(as_loader: Loader) -> None:
    with as_loader():
        for key in ("1", "2"):
            Student.objects.create(number=key, family_name="Ines", source="sis", source_key=key)


def load(folder: Path, name: str, *lines: str, at: datetime = AT) -> Report:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return load_package(NIGHTLY, path=path, at=at)


EVENTS = "student_id,school_id,date,kind"


def first_day_kept() -> date:
    days = CalendarDay.objects.filter(organization=None, day__lte=AT.date())
    return days.order_by("-day").values_list("day", flat=True)[179]


def totals() -> set[tuple[str, date, str, int]]:
    rows = AttendanceDay.objects.filter(ended_at=None)
    return set(rows.values_list("school__source_key", "day", "kind", "students"))


def test_events_of_the_last_180_school_days_are_kept_and_older_ones_are_totals(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    with as_loader():
        first = first_day_kept()
        before = first - timedelta(days=1)
        report = load(
            tmp_path, "attendance_events.csv", EVENTS,
            f"1,S101,{before},absent_excused", f"2,S101,{before},absent_excused",
            f"1,S101,{first},absent_excused", "1,S101,2026-11-19,tardy",
            "2,S101,2026-11-19,tardy",
        )  # fmt: skip
        assert report.files["attendance_events.csv"] == {
            "read": 5, "new": 3, "changed": 0, "unchanged": 0, "ended": 0, "rejected": 0,
        }  # fmt: skip
        assert set(AttendanceEvent.objects.values_list("student__number", "day", "kind")) == {
            ("1", first, "absent_excused"), ("1", date(2026, 11, 19), "tardy"),
            ("2", date(2026, 11, 19), "tardy"),
        }  # fmt: skip
        assert totals() == {
            ("S101", before, "absent_excused", 2), ("S101", first, "absent_excused", 1),
            ("S101", date(2026, 11, 19), "tardy", 2),
        }  # fmt: skip


def test_a_day_later_the_oldest_events_are_forgotten_and_their_totals_are_not(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    with as_loader():
        first = first_day_kept()
        lines = (EVENTS, f"1,S101,{first},tardy", "2,S101,2026-11-19,tardy")
        load(tmp_path, "attendance_events.csv", *lines)
        a_week = AT + timedelta(days=7)
        load(tmp_path, "attendance_events.csv", *lines, "2,S101,2026-11-20,tardy", at=a_week)
        assert set(AttendanceEvent.objects.values_list("student__number", "day")) == {
            ("2", date(2026, 11, 19)), ("2", date(2026, 11, 20)),
        }  # fmt: skip
        assert ("S101", first, "tardy", 1) in totals()


def test_an_event_that_is_taken_back_ends_and_leaves_the_totals(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    with as_loader():
        load(tmp_path, "attendance_events.csv", EVENTS, "1,S101,2026-11-18,tardy",
             "1,S101,2026-11-19,tardy", "2,S101,2026-11-18,left_early")  # fmt: skip
        report = load(tmp_path, "attendance_events.csv", EVENTS, "1,S101,2026-11-19,tardy",
                      "2,S101,2026-11-18,left_early", at=LATER)  # fmt: skip
        assert report.files["attendance_events.csv"]["ended"] == 1
        assert AttendanceEvent.objects.get(day=date(2026, 11, 18), kind="tardy").ended_at == LATER
        assert totals() == {
            ("S101", date(2026, 11, 18), "left_early", 1), ("S101", date(2026, 11, 19), "tardy", 1),
        }  # fmt: skip


def test_a_delta_of_events_adds_to_the_totals_of_its_days(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    with as_loader():
        load(tmp_path, "attendance_events.csv", EVENTS, "1,S101,2026-11-18,tardy")
        report = load(tmp_path, "attendance-delta.csv", EVENTS, "2,S101,2026-11-18,tardy")
        assert report.files["attendance-delta.csv"]["ended"] == 0
        assert totals() == {("S101", date(2026, 11, 18), "tardy", 2)}


def test_a_row_repeated_or_of_nobody_waits_and_the_others_load(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    with as_loader():
        report = load(
            tmp_path, "attendance_events.csv", EVENTS, "1,S101,2026-11-18,tardy",
            "9,S101,2026-11-18,tardy", "1,S999,2026-11-18,tardy", "1,S101,2026-11-18,tardy",
        )  # fmt: skip
        assert (report.outcome, report.files["attendance_events.csv"]["new"]) == (
            FileRun.Outcome.LOADED, 1,
        )  # fmt: skip
        assert set(Quarantine.objects.values_list("line", "code")) == {
            (2, "repeated-row"), (3, "unknown-student"), (4, "unknown-school"),
        }  # fmt: skip


def test_marks_keep_their_credits_and_are_corrected(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    header = "student_id,school_id,school_year,term,course,mark,credits_attempted,credits_earned"
    with as_loader():
        load(tmp_path, "marks.csv", header, "1,S101,2026,S1,ALG,F,0.5,0", "1,S101,2026,S2,ALG,,,",
             "2,S101,2026,S1,ALG,A,5000,5000")  # fmt: skip
        report = load(
            tmp_path, "marks.csv", header, "1,S101,2026,S1,ALG,D,0.5,0.5", "1,S101,2026,S2,ALG,,,",
            at=LATER,
        )  # fmt: skip
        assert report.files["marks.csv"] == {
            "read": 2, "new": 0, "changed": 1, "unchanged": 1, "ended": 0, "rejected": 0,
        }  # fmt: skip
        assert set(Mark.objects.values_list("term", "mark", "credits_earned")) == {
            ("S1", "D", Decimal("0.5")), ("S2", "", None),
        }  # fmt: skip
        assert list(Quarantine.objects.values_list("code", flat=True)) == ["too-many-credits"]


def test_program_spells_end_with_a_day_and_never_vanish(
    tmp_path: Path, as_loader: Loader, students: None
) -> None:
    header = "student_id,program,starts_on,ends_on"
    with as_loader():
        load(tmp_path, "programs.csv", header, "1,homeless,2026-09-01,", "2,iep,2025-09-01,")
        load(tmp_path, "programs.csv", header, "1,homeless,2026-09-01,2026-11-01", at=LATER)
        spells = ProgramSpell.objects.values_list("program", "ends_on", "ended_at")
        assert set(spells) == {
            ("homeless", date(2026, 11, 1), None), ("iep", None, LATER),
        }  # fmt: skip
