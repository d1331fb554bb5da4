"""Ed-Fi records mapped to the canonical rows of `feeds.targets`.

Keys: StudentUniqueId, SchoolId and the other organization ids; a claim is student, school and
entry date (standards.md 2.2). ExitWithdrawDate is the last day, as Ed-Fi recommends; a source
whose dates are exclusive declares it. What a record lacks is reported by line, never guessed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bascule.feeds.reading import Reason, Rejected, Row
from bascule.feeds.standards.cell_rules import day_text
from bascule.feeds.standards.edfi.descriptors import (
    ENTRY_READ,
    EXIT_READ,
    PRESENT,
    read_absence,
    read_code,
    read_grade,
    split_descriptor,
)
from bascule.feeds.standards.edfi.interchange import (
    Record,
    reference_at,
    text_at,
    texts_at,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

ORGANIZATION_KINDS = {
    "StateEducationAgency": "state",
    "EducationServiceCenter": "local",
    "EducationOrganizationNetwork": "network",
    "LocalEducationAgency": "district",
    "School": "school",
    "OrganizationDepartment": "department",
    "CommunityOrganization": "ext:communityOrganization",
    "CommunityProvider": "ext:communityProvider",
    "PostSecondaryInstitution": "ext:postSecondaryInstitution",
}
PARENTS = {
    "School": "LocalEducationAgency",
    "LocalEducationAgency": "EducationServiceCenter",
    "EducationServiceCenter": "StateEducationAgency",
    "CommunityProvider": "CommunityOrganization",
}
"""Which reference names an organization's parent."""
READ: dict[str, dict[str, tuple[str, ...]]] = {
    "Student": {"Student": ("student", "demographics")},
    "StudentEnrollment": {"StudentSchoolAssociation": ("enrollment_claim",)},
    "EducationOrganization": {
        **dict.fromkeys(ORGANIZATION_KINDS, ("organization",)),
        "Course": ("course",),
    },
    "StudentAttendance": {"StudentSchoolAttendanceEvent": ("attendance_event",)},
}
"""The interchanges we read, the records we load from each and the targets they feed."""


class RefusedRecordError(ValueError):
    """A record that cannot be mapped: the element, a code and a sentence."""

    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.code = column, code


@dataclass
class RecordMapper:
    """Maps the records of one package. `ids` resolves XML ids of organizations to their keys."""

    file: str
    ids: Mapping[str, str] = field(default_factory=dict)
    exclusive_exits: bool = False

    def rows(self, record: Record) -> Iterator[Row | Rejected]:
        """Yield the rows of one record, or the record as rejected with its reason."""
        target = _TARGET_OF[record.kind]
        try:
            yield from list(_MAPPERS[target](self, record))
        except RefusedRecordError as refused:
            reason = Reason(self.file, record.line, refused.column, refused.code, str(refused))
            cells = tuple(str(text).strip() for text in record.element.itertext() if text.strip())
            key = _named_key(record.element)
            yield Rejected(target, self.file, record.line, key, cells, (reason,))

    def organization_key(self, element: "_Element", name: str) -> str | None:
        """Return the organization that a reference names, by identity or by XML id.

        Raises RefusedRecordError for an XML id that no record of the package has.
        """
        identity = text_at(element, f"{name}Reference/{name}Identity/{name}Id")
        reference = reference_at(element, f"{name}Reference")
        if identity is not None or reference is None:
            return identity
        if reference not in self.ids:
            text = f"{name}Reference refers to “{reference}”, which no record has as its id."
            raise RefusedRecordError(f"{name}Reference", "missing-record", text)
        return self.ids[reference]


def _named_key(element: "_Element") -> str | None:
    """Return what a rejected record names: its student, or every key that begins with one."""
    own = text_at(element, "StudentUniqueId")
    referred = text_at(element, "StudentReference/StudentIdentity/StudentUniqueId")
    return own or (f"{referred}|" if referred else None)


def organization_id(record: Record) -> str:
    """Return the key of an organization record. Raises RefusedRecordError where it has none."""
    return _needed(record.element, f"{record.kind}Id")


def _needed(element: "_Element", path: str) -> str:
    value = text_at(element, path)
    if value is None:
        column = path.rpartition("/")[2]
        raise RefusedRecordError(column, "missing-value", f"{path} is missing or empty.")
    return value


def _needed_day(element: "_Element", path: str) -> str:
    return _checked_day(_needed(element, path), path)


def _checked_day(value: str, path: str) -> str:
    day = day_text(value)
    if day is None:
        text = f"“{value}” is not a date written YYYY-MM-DD."
        raise RefusedRecordError(path.rpartition("/")[2], "invalid-date", text)
    return day


def _student_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    element, key = record.element, _needed(record.element, "StudentUniqueId")
    values = {
        "given_name": _needed(element, "Name/FirstName"),
        "family_name": _needed(element, "Name/LastSurname"),
        "middle_name": text_at(element, "Name/MiddleName"),
        "preferred_given_name": text_at(element, "Name/PreferredFirstName"),
        "preferred_family_name": text_at(element, "Name/PreferredLastSurname"),
        "state_identifier": key,
    }
    born = text_at(element, "BirthData/BirthDate")
    demographics = {
        "student_key": key,
        "birth_on": _checked_day(born, "BirthDate") if born else None,
        "sex": _sex(text_at(element, "BirthData/BirthSex")),
    }
    yield Row("student", mapper.file, record.line, key, values)
    yield Row("demographics", mapper.file, record.line, key, demographics)


def _sex(descriptor: str | None) -> str | None:
    word = split_descriptor(descriptor or "")[1].lower()
    return {"male": "male", "female": "female", "not selected": None, "": None}.get(word, "other")


def _organization_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    element = record.element
    address = next(iter(element.findall("{*}Address")), None)
    values = {
        "name": _needed(element, "NameOfInstitution"),
        "short_name": text_at(element, "ShortNameOfInstitution"),
        "kind": ORGANIZATION_KINDS[record.kind],
        "parent_key": _parent_key(mapper, record),
        "governance": _governance(text_at(element, "CharterStatus")),
        "level": split_descriptor(text_at(element, "SchoolCategory") or "")[1] or None,
        "grades": ",".join(filter(None, map(read_grade, texts_at(element, "GradeLevel")))) or None,
    }
    if address is not None:
        values["address"] = text_at(address, "StreetNumberName")
        values["city"] = text_at(address, "City")
        values["state"] = split_descriptor(text_at(address, "StateAbbreviation") or "")[1] or None
        values["postal_code"] = text_at(address, "PostalCode")
    yield Row("organization", mapper.file, record.line, organization_id(record), values)


def _parent_key(mapper: RecordMapper, record: Record) -> str | None:
    if record.kind in PARENTS:
        return mapper.organization_key(record.element, PARENTS[record.kind])
    path = "ParentEducationOrganizationReference/EducationOrganizationIdentity"
    return text_at(record.element, f"{path}/EducationOrganizationId")


def _governance(status: str | None) -> str | None:
    word = split_descriptor(status or "")[1]
    if not word:
        return None
    return "district" if word.lower().startswith("not ") else "charter"


def _course_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    code = _needed(record.element, "CourseCode")
    org = mapper.organization_key(record.element, "EducationOrganization")
    if org is None:
        text = "EducationOrganizationReference is missing."
        raise RefusedRecordError("EducationOrganizationReference", "missing-value", text)
    subject = split_descriptor(text_at(record.element, "AcademicSubject") or "")[1]
    values = {
        "title": _needed(record.element, "CourseTitle"),
        "code": code,
        "org_key": org,
        "subjects": subject or None,
    }
    yield Row("course", mapper.file, record.line, f"{org}|{code}", values)


def _claim_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    element = record.element
    student, school = _student_key(element), _school_key(mapper, element)
    starts_on = _needed_day(element, "EntryDate")
    exited = text_at(element, "ExitWithdrawDate")
    ends_on = _last_day(mapper, _checked_day(exited, "ExitWithdrawDate")) if exited else None
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


def _last_day(mapper: RecordMapper, exited: str) -> str:
    days = timedelta(days=1 if mapper.exclusive_exits else 0)
    return (date.fromisoformat(exited) - days).isoformat()


def _boolean(value: str | None) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(value or "")


def _student_key(element: "_Element") -> str:
    return _needed(element, "StudentReference/StudentIdentity/StudentUniqueId")


def _school_key(mapper: RecordMapper, element: "_Element") -> str:
    key = mapper.organization_key(element, "School")
    if key is None:
        raise RefusedRecordError("SchoolReference", "missing-value", "SchoolReference is missing.")
    return key


def _attendance_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    """A day in attendance is no event of ours: we keep exceptions only, so it yields nothing."""
    element = record.element
    student, school = _student_key(element), _school_key(mapper, element)
    day = _needed_day(element, "AttendanceEvent/EventDate")
    category = _needed(element, "AttendanceEvent/AttendanceEventCategory")
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


_MAPPERS: dict[str, Callable[[RecordMapper, Record], Iterator[Row]]] = {
    "student": _student_rows,
    "organization": _organization_rows,
    "course": _course_rows,
    "enrollment_claim": _claim_rows,
    "attendance_event": _attendance_rows,
}
_TARGET_OF = {kind: targets[0] for kinds in READ.values() for kind, targets in kinds.items()}
