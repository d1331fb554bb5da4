"""Ed-Fi records mapped to the canonical rows of `feeds.targets`.

Keys: StudentUniqueId, SchoolId and the other organization ids; a claim is student, school and
entry date (standards.md 2.2). ExitWithdrawDate is the last day, as Ed-Fi recommends; a source
whose dates are exclusive declares it. What a record lacks is reported by line, never guessed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bascule.feeds.reading import Reason, Rejected, Row
from bascule.feeds.standards.edfi.descriptors import (
    read_grade,
    split_descriptor,
)
from bascule.feeds.standards.edfi.fields import (
    RefusedRecordError,
    checked_day,
    needed,
)
from bascule.feeds.standards.edfi.interchange import (
    Record,
    reference_at,
    text_at,
    texts_at,
)
from bascule.feeds.standards.edfi.memberships import attendance_rows, claim_rows

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
    return needed(record.element, f"{record.kind}Id")


def _student_rows(mapper: RecordMapper, record: Record) -> Iterator[Row]:
    element, key = record.element, needed(record.element, "StudentUniqueId")
    values = {
        "given_name": needed(element, "Name/FirstName"),
        "family_name": needed(element, "Name/LastSurname"),
        "middle_name": text_at(element, "Name/MiddleName"),
        "preferred_given_name": text_at(element, "Name/PreferredFirstName"),
        "preferred_family_name": text_at(element, "Name/PreferredLastSurname"),
        "state_identifier": key,
    }
    born = text_at(element, "BirthData/BirthDate")
    demographics = {
        "student_key": key,
        "birth_on": checked_day(born, "BirthDate") if born else None,
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
        "name": needed(element, "NameOfInstitution"),
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
    code = needed(record.element, "CourseCode")
    org = mapper.organization_key(record.element, "EducationOrganization")
    if org is None:
        text = "EducationOrganizationReference is missing."
        raise RefusedRecordError("EducationOrganizationReference", "missing-value", text)
    subject = split_descriptor(text_at(record.element, "AcademicSubject") or "")[1]
    values = {
        "title": needed(record.element, "CourseTitle"),
        "code": code,
        "org_key": org,
        "subjects": subject or None,
    }
    yield Row("course", mapper.file, record.line, f"{org}|{code}", values)


_MAPPERS: dict[str, Callable[[RecordMapper, Record], Iterator[Row]]] = {
    "student": _student_rows,
    "organization": _organization_rows,
    "course": _course_rows,
    "enrollment_claim": claim_rows,
    "attendance_event": attendance_rows,
}
_TARGET_OF = {kind: targets[0] for kinds in READ.values() for kind, targets in kinds.items()}
