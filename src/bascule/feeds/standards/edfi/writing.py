"""Writes Ed-Fi 5.2 StudentEnrollment and StudentAttendance interchanges from canonical rows.

The files are valid against Ed-Fi's XSD (tests hold them to it) and are streamed: one record in
memory at a time. Codes become Ed-Fi's descriptors; with `namespace`, a URI of the district's
own, the finer local codes are kept and read back as they were.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bascule.feeds.reading import Row
from bascule.feeds.standards.edfi.descriptors import (
    ABSENCES,
    EDFI,
    entry_descriptor,
    exit_descriptor,
    grade_descriptor,
)
from bascule.feeds.standards.edfi.interchange import NAMESPACE, ROOT

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_UNIQUE_ID = 32
JULY = 7


class UnwritableRowError(ValueError):
    """A row that the standard has no form for: the message names it and says why."""


def write_enrollments(path: Path, claims: Iterable[Row], *, namespace: str | None = None) -> int:
    """Write `enrollment_claim` rows as StudentSchoolAssociation; return how many.

    Raises UnwritableRowError for an id that Ed-Fi cannot hold; then no file is left.
    """
    return _write(path, "StudentEnrollment", claims, lambda row: _association(row, namespace))


def write_attendance(path: Path, events: Iterable[Row]) -> int:
    """Write `attendance_event` rows as StudentSchoolAttendanceEvent; return how many.

    Ed-Fi ties an event to a session: it is the school year, named like `2025-2026`.
    """
    return _write(path, "StudentAttendance", events, _attendance)


def _write(
    path: Path, interchange: str, rows: Iterable[Row], make: "Callable[[Row], _Element]"
) -> int:
    unfinished = path.with_name(f".{path.name}.unfinished")
    count = 0
    try:
        with _interchange(unfinished, interchange) as file:
            for row in rows:
                file.write(make(row), pretty_print=True)
                count += 1
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


@contextmanager
def _interchange(path: Path, name: str) -> Iterator[Any]:
    from lxml import etree

    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{NAMESPACE}}}{ROOT}{name}", nsmap={None: NAMESPACE}):
            yield file


def _element(parent: "_Element | None", name: str, text: str | None = None) -> "_Element":
    from lxml import etree

    tag = f"{{{NAMESPACE}}}{name}"
    made = etree.Element(tag) if parent is None else etree.SubElement(parent, tag)
    made.text = text
    return made


def _optional(parent: "_Element", name: str, text: str | None) -> None:
    if text:
        _element(parent, name, text)


def _reference(parent: "_Element", name: str, field: str, value: str) -> None:
    identity = _element(_element(parent, f"{name}Reference"), f"{name}Identity")
    _element(identity, field, value)


def _student_and_school(parent: "_Element", row: Row) -> None:
    student, school = row.values.get("student_key") or "", row.values.get("school_key") or ""
    if not 1 <= len(student) <= MAX_UNIQUE_ID:
        raise UnwritableRowError(f"{row.key}: a StudentUniqueId has 1 to 32 characters.")
    if not (school.isascii() and school.isdecimal()):
        raise UnwritableRowError(f"{row.key}: a SchoolId is a number, and “{school}” is none.")
    _reference(parent, "Student", "StudentUniqueId", student)
    _reference(parent, "School", "SchoolId", school)


def _association(row: Row, namespace: str | None) -> "_Element":
    made, values = _element(None, "StudentSchoolAssociation"), row.values
    _student_and_school(made, row)
    _optional(made, "PrimarySchool", values.get("is_primary"))
    _element(made, "EntryDate", values["starts_on"])
    _element(made, "EntryGradeLevel", grade_descriptor(values.get("grade")))
    entry_code, exit_code = values.get("entry_code"), values.get("exit_code")
    _optional(made, "EntryType", entry_code and entry_descriptor(entry_code, namespace))
    _optional(made, "ExitWithdrawDate", values.get("ends_on"))
    _optional(made, "ExitWithdrawType", exit_code and exit_descriptor(exit_code, namespace))
    return made


def _attendance(row: Row) -> "_Element":
    made, values = _element(None, "StudentSchoolAttendanceEvent"), row.values
    day = values["day_on"] or ""
    category, part = ABSENCES[values["kind"] or ""]
    event = _element(made, "AttendanceEvent")
    _element(event, "EventDate", day)
    _element(
        event, "AttendanceEventCategory", f"{EDFI}AttendanceEventCategoryDescriptor#{category}"
    )
    _optional(event, "AttendanceEventReason", values.get("reason"))
    _optional(event, "EventDuration", part)
    _student_and_school(made, row)
    session = _element(_element(made, "SessionReference"), "SessionIdentity")
    _element(session, "SessionName", school_year_name(day))
    _element(session, "SchoolYear", school_year_name(day))
    _reference(session, "School", "SchoolId", values["school_key"] or "")
    return made


def school_year_name(day: str) -> str:
    """Return the school year of a day as Ed-Fi writes it: `2025-2026`; it turns in July."""
    year, month = int(day[:4]), int(day[5:7])
    ends = year + 1 if month >= JULY else year
    return f"{ends - 1}-{ends}"
