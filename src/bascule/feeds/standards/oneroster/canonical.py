"""OneRoster rows mapped to the canonical rows of `feeds.targets`.

End dates of roles, enrollments and sessions are exclusive in OneRoster and inclusive with us:
one day is taken off (a span that ends on its first day is read as that day). People become
students, staff or guardians by the roles they hold; somebody without a role in the package is a
`person`, which updates whoever is known under that key. Passwords are never read. Enrollment
claims come from student roles only where the source declares that it has no entry and withdrawal
rows, and never from class enrollments (issue 2, section 3).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from bascule.feeds.reading import Batch
from bascule.feeds.standards.csv_lines import Line
from bascule.feeds.standards.oneroster.file_part import FilePart, Values
from bascule.feeds.standards.oneroster.headers import Layout

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


class Mapper:
    """Maps the files of one package; knows which user holds which kind of role."""

    def __init__(self, claims_from_roles: bool) -> None:
        self.claims_from_roles = claims_from_roles
        self._kinds: dict[str, set[str]] = {}
        self._relation: dict[str, str] = {}

    def note_roles(self, rows: Iterable[tuple[Layout, list[str]]]) -> None:
        """Learn from roles.csv what each user is, before users.csv is mapped."""
        for layout, cells in rows:
            user, role = cells[layout.places["userSourcedId"]], cells[layout.places["role"]]
            self._note_role(user, role)

    def _note_role(self, user: str, role: str) -> None:
        kind = person_kind(role)
        self._kinds.setdefault(user, set()).add(kind)
        if kind == "guardian":
            self._relation[user] = role

    def batches(
        self, name: str, layout: Layout, lines: list[Line], mended: set[str]
    ) -> Iterator[Batch]:
        """Map one run of sound lines of a file to batches of its targets."""
        part = FilePart(name, layout, lines, mended)
        if name == "users":
            yield from self._user_batches(part)
        elif name == "roles":
            yield from self._role_batches(part)
        else:
            yield part.batch(FILE_TARGETS[name][0], part.key, _columns(part))

    def _user_batches(self, part: FilePart) -> Iterator[Batch]:
        users = part.column("sourcedId")
        if part.layout.has_legacy_roles:
            for user, role in zip(users, part.column("role"), strict=True):
                self._note_role(user or "", role or "")
        columns = _columns(part)
        for kind in (*PEOPLE, "person"):
            rows = [row for row, user in enumerate(users) if kind in self._kinds_of(user)]
            if rows:
                yield part.batch(kind, part.key, columns, rows)
        yield from self._link_batches(part)
        if part.layout.has_legacy_roles:
            yield from _legacy_roles(part)

    def _kinds_of(self, user: str | None) -> set[str]:
        return self._kinds.get(user or "", {"person"})

    def _link_batches(self, part: FilePart) -> Iterator[Batch]:
        """One row for each agent of a user; the relation is the agent's own guardian role."""
        agents, users = part.column("agentSourcedIds"), part.column("sourcedId")
        pairs = [
            (row, users[row], agent)
            for row, cell in enumerate(agents)
            for agent in (cell or "").split(",")
            if agent
        ]
        if pairs:
            columns: dict[str, Values] = {
                "student_key": [user for _, user, _ in pairs],
                "guardian_key": [agent for _, _, agent in pairs],
                "relation": [self._relation.get(agent) for _, _, agent in pairs],
            }
            keys = [f"{user}|{agent}" for _, user, agent in pairs]
            yield part.batch_of("guardian_link", keys, columns, [row for row, _, _ in pairs])

    def _role_batches(self, part: FilePart) -> Iterator[Batch]:
        columns = _columns(part)
        yield part.batch("school_role", part.key, columns)
        if not self.claims_from_roles:
            return
        starts, roles = columns["starts_on"], columns["role"]
        rows = [n for n, role in enumerate(roles) if role == "student" and starts[n]]
        claims: dict[str, Values] = {
            "student_key": columns["person_key"],
            "school_key": columns["org_key"],
            "starts_on": starts,
            "ends_on": columns["ends_on"],
            "end_known": ["true"] * len(roles),
            "is_primary": columns["is_primary"],
        }
        if rows:
            yield part.batch("enrollment_claim", part.key, claims, rows)


def person_kind(role: str) -> str:
    """Return the target of a person who holds a role: student, guardian or staff."""
    if role == "student":
        return "student"
    return "guardian" if role in GUARDIAN_ROLES else "staff"


def _columns(part: FilePart) -> dict[str, Values]:
    """Return the target's columns of a file: those taken as they stand, and the changed ones."""
    columns = {ours: part.column(theirs) for ours, theirs in COLUMN_MAP[part.name].items()}
    for ours, make in _CHANGED.get(part.name, {}).items():
        columns[ours] = make(part)
    return columns


def _ends(first: str, last: str) -> Callable[[FilePart], Values]:
    def make(part: FilePart) -> Values:
        return [
            last_day(begins, ends)
            for begins, ends in zip(part.column(first), part.column(last), strict=True)
        ]

    return make


def _renamed(name: str, words: dict[str, str]) -> Callable[[FilePart], Values]:
    def make(part: FilePart) -> Values:
        return [words.get(value or "", value) for value in part.column(name)]

    return make


def _is_primary(part: FilePart) -> Values:
    return ["true" if kind == "primary" else "false" for kind in part.column("roleType")]


_CHANGED: dict[str, dict[str, Callable[[FilePart], Values]]] = {
    "orgs": {"kind": _renamed("type", ORGANIZATION_KINDS)},
    "academicSessions": {
        "kind": _renamed("type", SESSION_KINDS),
        "ends_on": _ends("startDate", "endDate"),
    },
    "roles": {"ends_on": _ends("beginDate", "endDate"), "is_primary": _is_primary},
    "enrollments": {"ends_on": _ends("beginDate", "endDate")},
}


def _legacy_roles(part: FilePart) -> Iterator[Batch]:
    """Map 1.1's `orgSourcedIds` and `role` to one school role for each org of the user.

    The first org counts as primary: 1.1 does not say which is (standards.md 1.4).
    """
    found = [
        (row, user, org, role, place == 0)
        for row, (user, orgs, role) in enumerate(
            zip(part.key, part.column("orgSourcedIds"), part.column("role"), strict=True)
        )
        for place, org in enumerate((orgs or "").split(","))
        if org and role
    ]
    if found:
        columns: dict[str, Values] = {
            "person_key": [user for _, user, _, _, _ in found],
            "org_key": [org for _, _, org, _, _ in found],
            "role": [role for _, _, _, role, _ in found],
            "is_primary": ["true" if first else "false" for *_, first in found],
        }
        keys = [f"{user}|{org}|{role}" for _, user, org, role, _ in found]
        yield part.batch_of("school_role", keys, columns, [row for row, *_ in found])
