"""Attendance, marks and programs are taken back as everything else, and so are their totals."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bascule.access.models import EarlierRow
from bascule.feeds.actions import undo_last_run
from bascule.feeds.actions.undoing import MERGES
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import AttendanceDay, AttendanceEvent, Mark, ProgramSpell, Student
from tests.feeds.test_loading_records import AT, EVENTS, LATER, first_day_kept, load, totals

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
LAST = LATER + timedelta(hours=1)
MARKS = "student_id,school_id,school_year,term,course,mark,credits_attempted,credits_earned"
PROGRAMS = "student_id,program,starts_on,ends_on"


@pytest.fixture(autouse=True)
def students(as_loader: Loader) -> None:
    with as_loader():
        for key in ("1", "2"):
            Student.objects.create(number=key, family_name="Ines", source="sis", source_key=key)


def rows_of(table: str) -> list[tuple[Any, ...]]:
    """Every row of a table that has not ended, whole but for its digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select to_jsonb(t) - 'row_digest' from {table} t where ended_at is null order by id"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("target", sorted(MERGES))
def test_every_table_that_a_merge_writes_keeps_what_a_row_held_before(target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgname from pg_trigger where tgrelid = %s::regclass and tgname = 'keep_earlier'"
            " and tgenabled = 'O'",
            [MERGES[target].table],
        )
        assert cursor.fetchall() == [("keep_earlier",)]


def test_events_that_a_run_changed_ended_and_added_are_as_before(
    tmp_path: Path, as_loader: Loader
) -> None:
    before_kept = first_day_kept() - timedelta(days=1)
    old = (f"1,S101,{before_kept},tardy,", "9,S101,2026-11-18,tardy,")  # a total alone
    with as_loader():
        load(tmp_path, "attendance_events.csv", f"{EVENTS},reason", "1,S101,2026-11-18,tardy,bus",
             "2,S101,2026-11-18,tardy,", "1,S101,2026-11-19,left_early,",
             "2,S101,2026-11-19,absent_excused,", *old)  # fmt: skip
        events, days, counted = rows_of("roster_attendanceevent"), held_totals(), totals()
        assert ("S101", before_kept, "tardy", 1) in counted
        load(tmp_path, "attendance_events.csv", f"{EVENTS},reason", "1,S101,2026-11-18,tardy,ill",
             "2,S101,2026-11-17,tardy,", "2,S101,2026-11-19,left_early,",
             "1,S101,2026-11-19,left_early,", at=LATER)  # fmt: skip
        assert held_totals() != days
        undo_last_run(NIGHTLY, source="attendance", at=LAST)
        assert rows_of("roster_attendanceevent") == events
        assert (held_totals(), totals()) == (days, counted)
        added = AttendanceEvent.objects.get(day=date(2026, 11, 17))
        assert added.ended_at == LAST


def held_totals() -> list[dict[str, Any]]:
    rows = AttendanceDay.objects.filter(ended_at=None).order_by("pk")
    return list(rows.values("pk", "school_id", "day", "kind", "students"))


def test_a_file_of_attendance_taken_back_loads_again(tmp_path: Path, as_loader: Loader) -> None:
    first = (EVENTS, "1,S101,2026-11-18,tardy", "2,S101,2026-11-18,tardy")
    second = (EVENTS, "1,S101,2026-11-18,tardy", "1,S101,2026-11-19,tardy")
    with as_loader():
        load(tmp_path, "attendance_events.csv", *first)
        load(tmp_path, "attendance_events.csv", *second, at=LATER)
        wanted = totals()
        undo_last_run(NIGHTLY, source="attendance", at=LAST)
        assert totals() == {("S101", date(2026, 11, 18), "tardy", 2)}
        load(tmp_path, "attendance_events.csv", *second, at=LAST + timedelta(days=1))
        assert totals() == wanted
        undo_last_run(NIGHTLY, source="attendance")
        undo_last_run(NIGHTLY, source="attendance")
        assert totals() == set()


def test_marks_that_a_run_changed_ended_and_added_are_as_before(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, "marks.csv", MARKS, "1,S101,2026,S1,ALG,F,0.5,0", "2,S101,2026,S1,ALG,A,,")
        before = rows_of("roster_mark")
        load(tmp_path, "marks.csv", MARKS, "1,S101,2026,S1,ALG,D,0.5,0.5",
             "1,S101,2026,S2,ALG,B,,", at=LATER)  # fmt: skip
        assert set(Mark.objects.filter(ended_at=None).values_list("mark", flat=True)) == {"D", "B"}
        undo_last_run(NIGHTLY, source="marks", at=LAST)
        assert rows_of("roster_mark") == before


def test_programs_that_a_run_changed_ended_and_added_are_as_before(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, "programs.csv", PROGRAMS, "1,homeless,2026-09-01,", "2,iep,2025-09-01,")
        before = rows_of("roster_programspell")
        load(tmp_path, "programs.csv", PROGRAMS, "1,homeless,2026-09-01,2026-11-01",
             "1,el,2026-09-01,", at=LATER)  # fmt: skip
        undo_last_run(NIGHTLY, source="programs", at=LAST)
        assert rows_of("roster_programspell") == before
        assert ProgramSpell.objects.get(program="el").ended_at == LAST


def test_a_first_load_keeps_no_earlier_row(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, "attendance_events.csv", EVENTS, "1,S101,2026-11-18,tardy", at=AT)
        load(tmp_path, "marks.csv", MARKS, "1,S101,2026,S1,ALG,F,0.5,0", at=AT)
        assert list(EarlierRow.objects.values_list("table_name", flat=True)) == []
