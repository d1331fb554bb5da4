"""OneRoster rows mapped to the canonical rows of `feeds.targets`.

End dates of roles, enrollments and sessions are exclusive in OneRoster and inclusive with us:
one day is taken off (a span that ends on its first day is read as that day). People become
students, staff or guardians by the roles they hold; somebody without a role in the package is a
`person`, which updates whoever is known under that key. Passwords are never read. Enrollment
claims come from student roles only where the source declares that it has no entry and withdrawal
rows, and never from class enrollments (issue 2, section 3).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch
from bascule.feeds.standards.oneroster.file_part import FilePart, mapped
from bascule.feeds.standards.oneroster.links import (
    legacy_role_batches,
    link_batches,
    links_told_once,
)

if TYPE_CHECKING:
    import pyarrow as pa

PEOPLE = ("student", "staff", "guardian")
FILE_TARGETS: dict[str, tuple[str, ...]] = {
    "orgs": ("organization",),
    "academicSessions": ("session",),
    "courses": ("course",),
    "classes": ("section",),
    "users": (*PEOPLE, "person", "guardian_link"),
    "roles": ("school_role", "enrollment_claim"),
    "enrollments": ("section_enrollment",),
    "demographics": ("demographics",),
}

ORGANIZATION_KINDS = {"local": "network", "ext:network": "network"}
SESSION_KINDS = {"schoolYear": "school_year", "gradingPeriod": "grading_period"}
GUARDIAN_ROLES = frozenset({"guardian", "parent", "relative"})

_DIRECT = {
    "orgs": "name=name identifier=identifier parent_key=parentSourcedId",
    "academicSessions": "title=title starts_on=startDate parent_key=parentSourcedId"
    " school_year=schoolYear",
    "courses": "title=title code=courseCode grades=grades org_key=orgSourcedId"
    " school_year_key=schoolYearSourcedId subjects=subjects subject_codes=subjectCodes",
    "classes": "title=title code=classCode kind=classType course_key=courseSourcedId"
    " school_key=schoolSourcedId session_keys=termSourcedIds grades=grades location=location"
    " periods=periods subjects=subjects subject_codes=subjectCodes",
    "users": "given_name=givenName family_name=familyName middle_name=middleName"
    " preferred_given_name=preferredGivenName preferred_middle_name=preferredMiddleName"
    " preferred_family_name=preferredFamilyName username=username email=email sms=sms phone=phone"
    " identifier=identifier user_ids=userIds enabled=enabledUser"
    " primary_org_key=primaryOrgSourcedId pronouns=pronouns state_identifier=userMasterIdentifier"
    " grade=grades",
    "roles": "person_key=userSourcedId org_key=orgSourcedId role=role starts_on=beginDate",
    "enrollments": "section_key=classSourcedId school_key=schoolSourcedId"
    " person_key=userSourcedId role=role is_primary=primary starts_on=beginDate",
    "demographics": "student_key=sourcedId birth_on=birthDate sex=sex"
    " american_indian_or_alaska_native=americanIndianOrAlaskaNative asian=asian"
    " black_or_african_american=blackOrAfricanAmerican"
    " native_hawaiian_or_other_pacific_islander=nativeHawaiianOrOtherPacificIslander white=white"
    " two_or_more_races=demographicRaceTwoOrMoreRaces"
    " hispanic_or_latino=hispanicOrLatinoEthnicity birth_country=countryOfBirthCode"
    " birth_state=stateOfBirthAbbreviation birth_city=cityOfBirth"
    " residence_status=publicSchoolResidenceStatus",
}

COLUMN_MAP = {
    name: dict(pair.split("=") for pair in words.split()) for name, words in _DIRECT.items()
}
"""Our column to theirs, file by file, where the value is taken as it stands."""


@cache
def last_day(begins: str | None, ends: str | None) -> str | None:
    """Return the inclusive last day of a span whose end is exclusive; None where it is open."""
    if not ends:
        return None
    day = (date.fromisoformat(ends) - timedelta(days=1)).isoformat()
    return max(day, begins) if begins else day


def person_kind(role: str) -> str:
    """Return the target of a person who holds a role: student, guardian or staff."""
    if role == "student":
        return "student"
    return "guardian" if role in GUARDIAN_ROLES else "staff"


class Mapper:
    """Maps the files of one package; knows which users hold which kind of role."""

    def __init__(self, claims_from_roles: bool) -> None:
        self.claims_from_roles = claims_from_roles
        self._holders: dict[str, set[str]] = {kind: set() for kind in PEOPLE}
        self._relation: dict[str, str] = {}
        self._links: list[Batch] = []

    def note_roles(self, part: FilePart) -> None:
        """Learn from some rows of roles.csv what their users are, before users.csv is mapped."""
        self._note(part.column("userSourcedId"), part.column("role"))

    def _note(self, users: "pa.Array", roles: "pa.Array") -> None:
        import pyarrow.compute as pc

        kinds = mapped(roles, person_kind)
        for kind in PEOPLE:
            self._holders[kind].update(users.filter(pc.equal(kinds, kind)).to_pylist())
        guardians = pc.equal(kinds, "guardian")
        pairs = zip(
            users.filter(guardians).to_pylist(), roles.filter(guardians).to_pylist(), strict=True
        )
        self._relation.update(pairs)

    def batches(self, part: FilePart) -> Iterator[Batch]:
        """Map some sound rows of a file to batches of its targets."""
        if part.name == "users":
            yield from self._user_batches(part)
        elif part.name == "roles":
            yield from self._role_batches(part)
        else:
            target = FILE_TARGETS[part.name][0]
            yield part.batch(target, part.column("sourcedId"), _columns(part))

    def _user_batches(self, part: FilePart) -> Iterator[Batch]:
        users = part.column("sourcedId")
        if part.layout.has_legacy_roles:
            self._note(users, part.column("role"))
        columns = _columns(part)
        for kind, rows in self._places_by_kind(users).items():
            if len(rows):
                yield part.batch(kind, users, columns, rows)
        self._links += link_batches(part, self._relation)
        if part.layout.has_legacy_roles:
            yield from legacy_role_batches(part)

    def links(self) -> Iterator[Batch]:
        """Yield the guardian links of a file, once all of its parts have been mapped."""
        yield from links_told_once(self._links, self._holders["student"])
        self._links = []

    def _places_by_kind(self, users: "pa.Array") -> dict[str, "pa.Array"]:
        """Return the places of the users of each kind; without any role they are persons."""
        import numpy as np
        import pyarrow as pa

        listed = users.to_pylist()
        flags = {
            kind: np.array([user in holders for user in listed], dtype=bool)
            for kind, holders in self._holders.items()
        }
        flags["person"] = ~np.logical_or.reduce(list(flags.values()))
        return {kind: pa.array(np.flatnonzero(found)) for kind, found in flags.items()}

    def _role_batches(self, part: FilePart) -> Iterator[Batch]:
        import pyarrow as pa
        import pyarrow.compute as pc

        columns, keys = _columns(part), part.column("sourcedId")
        yield part.batch("school_role", keys, columns)
        if not self.claims_from_roles:
            return
        starts = columns["starts_on"]
        dated = pc.and_(pc.equal(columns["role"], "student"), pc.is_valid(starts))
        rows = pc.indices_nonzero(dated)
        claims = {
            "student_key": columns["person_key"],
            "school_key": columns["org_key"],
            "starts_on": starts,
            "ends_on": columns["ends_on"],
            "end_known": pa.repeat(pa.scalar("true"), len(starts)),
            "is_primary": columns["is_primary"],
        }
        if len(rows):
            yield part.batch("enrollment_claim", keys, claims, rows)


def _columns(part: FilePart) -> dict[str, "pa.Array"]:
    """Return the target's columns of a file: those taken as they stand, and the changed ones."""
    columns = {ours: part.column(theirs) for ours, theirs in COLUMN_MAP[part.name].items()}
    for ours, make in _CHANGED.get(part.name, {}).items():
        columns[ours] = make(part)
    return columns


def _ends(first: str, last: str) -> "Callable[[FilePart], pa.Array]":
    """Return the maker of an inclusive end: `last_day` over whole columns."""

    def make(part: FilePart) -> "pa.Array":
        import pyarrow.compute as pc

        begins = part.column(first)
        days = mapped(part.column(last), lambda value: last_day(None, value))
        later = pc.max_element_wise(days, begins)
        return pc.if_else(pc.is_valid(days), later, days)

    return make


def _renamed(name: str, words: dict[str, str]) -> "Callable[[FilePart], pa.Array]":
    return lambda part: mapped(part.column(name), lambda value: words.get(value or "", value))


def _is_primary(part: FilePart) -> "pa.Array":
    return mapped(part.column("roleType"), lambda kind: "true" if kind == "primary" else "false")


_CHANGED: dict[str, dict[str, "Callable[[FilePart], pa.Array]"]] = {
    "orgs": {"kind": _renamed("type", ORGANIZATION_KINDS)},
    "academicSessions": {
        "kind": _renamed("type", SESSION_KINDS),
        "ends_on": _ends("startDate", "endDate"),
    },
    "roles": {"ends_on": _ends("beginDate", "endDate"), "is_primary": _is_primary},
    "enrollments": {"ends_on": _ends("beginDate", "endDate")},
}
