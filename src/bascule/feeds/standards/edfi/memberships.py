"""Ed-Fi enrollments and attendance: one row for a student at a school, and one for a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bascule.feeds.reading import Row
from bascule.feeds.standards.edfi.descriptors import (
    ENTRY_READ,
    EXIT_READ,
    PRESENT,
    read_absence,
    read_code,
    read_grade,
    split_descriptor,
)
from bascule.feeds.standards.edfi.fields import (
    RefusedRecordError,
    checked_day,
    needed,
    needed_day,
)
from bascule.feeds.standards.edfi.interchange import Record, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element

    from bascule.feeds.standards.edfi.canonical import RecordMapper


def claim_rows(mapper: "RecordMapper", record: Record) -> Iterator[Row]:
    """Yield the claim of one StudentSchoolAssociation."""
    element = record.element
    student, school = _student_key(element), _school_key(mapper, element)
    starts_on = needed_day(element, "EntryDate")
    exited = text_at(element, "ExitWithdrawDate")
    ends_on = _last_day(mapper, checked_day(exited, "ExitWithdrawDate")) if exited else None
    if ends_on is not None and ends_on < starts_on:
        text = f"ExitWithdrawDate {exited} lies before EntryDate {starts_on}."
        raise RefusedRecordError("ExitWithdrawDate", "end-before-start", text)
    entry_code, entry_reason = read_code(text_at(element, "EntryType"), ENTRY_READ)
    exit_code, exit_reason = read_code(text_at(element, "ExitWithdrawType"), EXIT_READ)
    values = {
        "student_key": student,
        "school_key": school,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "entry_code": entry_code,
        "entry_reason": entry_reason,
        "exit_code": exit_code,
        "exit_reason": exit_reason,
        "grade": read_grade(text_at(element, "EntryGradeLevel")),
        "end_known": "true",
        "is_primary": _boolean(text_at(element, "PrimarySchool")),
    }
    key = f"{student}|{school}|{starts_on}"
    yield Row("enrollment_claim", mapper.file, record.line, key, values)


def _last_day(mapper: "RecordMapper", exited: str) -> str:
    days = timedelta(days=1 if mapper.exclusive_exits else 0)
    return (date.fromisoformat(exited) - days).isoformat()


def _boolean(value: str | None) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(value or "")


def _student_key(element: "_Element") -> str:
    return needed(element, "StudentReference/StudentIdentity/StudentUniqueId")


def _school_key(mapper: "RecordMapper", element: "_Element") -> str:
    key = mapper.organization_key(element, "School")
    if key is None:
        raise RefusedRecordError("SchoolReference", "missing-value", "SchoolReference is missing.")
    return key


def attendance_rows(mapper: "RecordMapper", record: Record) -> Iterator[Row]:
    """A day in attendance is no event of ours: we keep exceptions only, so it yields nothing."""
    element = record.element
    student, school = _student_key(element), _school_key(mapper, element)
    day = needed_day(element, "AttendanceEvent/EventDate")
    category = needed(element, "AttendanceEvent/AttendanceEventCategory")
    if split_descriptor(category)[1] in PRESENT:
        return
    kind = read_absence(category, text_at(element, "AttendanceEvent/EventDuration"))
    if kind is None:
        text = f"“{split_descriptor(category)[1]}” does not say whether the absence was excused."
        raise RefusedRecordError("AttendanceEventCategory", "unknown-word", text)
    values = {
        "student_key": student,
        "school_key": school,
        "day_on": day,
        "kind": kind,
        "reason": text_at(element, "AttendanceEvent/AttendanceEventReason"),
    }
    key = f"{student}|{school}|{day}|{kind}"
    yield Row("attendance_event", mapper.file, record.line, key, values)
