"""Users, roles and demographics: students, staff, and guardians of some of the students.

Everybody who ever had an enrollment is a user, so that old claims have a name; those not
enrolled any more are disabled and their role has ended.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from bascule.ops.generator import grades
from bascule.ops.generator.csv_files import dates, words
from bascule.ops.generator.names import FIRST_NAMES, draw_names, last_names_as_text
from bascule.ops.generator.oneroster_classes import Sections, teacher_ids
from bascule.ops.generator.oneroster_package import (
    DISTRICT,
    OneRosterFile,
    OneRosterZip,
    constant,
    joined_text,
    true_or_false,
)
from bascule.ops.generator.oneroster_places import network_id
from bascule.ops.generator.schools import OPTIONS, RACES, Schools
from bascule.ops.generator.spells import OPEN, Spells

GUARDIAN_SHARE = 0.6
MAIL_DOMAIN = "district.example"
SCHOOL_STAFF = ("principal", "clerk-1", "clerk-2", "counselor")
ROLE_OF = {
    "principal": "principal",
    "clerk-1": "ext:clerk",
    "clerk-2": "ext:clerk",
    "counselor": "counselor",
    "chief": "ext:networkChief",
    "specialist": "ext:transitionSpecialist",
    "lead": "ext:mobilityLead",
    "administrator": "districtAdministrator",
}
SPECIALISTS = 5


@dataclass(frozen=True)
class StudentCards:
    """What the package says of each student: one entry per student in every column."""

    id: np.ndarray
    first: list[str]
    family: list[str]
    born: np.ndarray
    sex: np.ndarray
    race: np.ndarray
    enrolled: np.ndarray
    grade: np.ndarray
    has_guardian: np.ndarray


@dataclass
class Staff:
    """Adults with one role each."""

    id: list[str] = field(default_factory=list)
    role: list[str] = field(default_factory=list)
    org: list[str] = field(default_factory=list)

    def hire(self, sourced_id: str, role: str, org: str) -> None:
        """Add one adult."""
        self.id.append(sourced_id)
        self.role.append(role)
        self.org.append(org)


def hired_staff(schools: Schools, classes: list[Sections]) -> Staff:
    """Return the staff of schools, networks, the Options office and the classes."""
    staff = Staff()
    staff.hire("P-district-administrator", ROLE_OF["administrator"], DISTRICT)
    for name in dict.fromkeys(schools.networks):
        org = network_id(name)
        staff.hire(f"P-{org}-chief", ROLE_OF["chief"], org)
        if name == OPTIONS:
            staff.hire(f"P-{org}-lead", ROLE_OF["lead"], org)
            for number in range(1, SPECIALISTS + 1):
                staff.hire(f"P-{org}-specialist-{number}", ROLE_OF["specialist"], org)
    for school in schools.ids:
        for post in SCHOOL_STAFF:
            staff.hire(f"P-{school}-{post}", ROLE_OF[post], school)
    for sections in classes:
        teachers = dict(
            zip(teacher_ids(sections, schools).to_pylist(), sections.school.tolist(), strict=True)
        )
        for teacher, place in teachers.items():
            staff.hire(teacher, "teacher", schools.ids[place])
    return staff


def write_users(
    package: OneRosterZip, cards: StudentCards, staff: Staff, rng: np.random.Generator
) -> None:
    """Write students, guardians and staff."""
    with package.file("users") as file:
        _write_students(file, cards)
        _write_guardians(file, cards, rng)
        _write_staff(file, staff, rng)


def _write_students(file: OneRosterFile, cards: StudentCards) -> None:
    """Write everybody who ever had an enrollment; disabled if not enrolled now."""
    guarded = words(("G-",), np.zeros(len(cards.id), dtype=np.int8), cards.has_guardian)
    file.write(
        joined_text(cards.id),
        enabledUser=true_or_false(cards.enrolled),
        username=joined_text("s", cards.id),
        givenName=cards.first,
        familyName=cards.family,
        identifier=joined_text(cards.id),
        agentSourcedIds=joined_text(guarded, cards.id),
        grades=words((*grades.LABELS, ""), np.where(cards.enrolled, cards.grade, grades.COUNT)),
    )


def _write_guardians(file: OneRosterFile, cards: StudentCards, rng: np.random.Generator) -> None:
    """Write a guardian of the same family name for each student who has one."""
    guarded = np.flatnonzero(cards.has_guardian)
    ids = cards.id[guarded]
    firsts, _ = _adult_names(cards.race[guarded], rng)
    file.write(
        joined_text("G-", ids),
        enabledUser=constant("true", len(ids)),
        username=joined_text("g", ids),
        givenName=firsts,
        familyName=[cards.family[place] for place in guarded.tolist()],
        phone=_phones(len(ids), rng),
        agentSourcedIds=joined_text(ids),
    )


def _write_staff(file: OneRosterFile, staff: Staff, rng: np.random.Generator) -> None:
    """Write the adults of schools, networks and offices."""
    firsts, families = _adult_names(rng.integers(0, len(RACES), len(staff.id)), rng)
    names = [sourced_id.lower() for sourced_id in staff.id]
    file.write(
        staff.id,
        enabledUser=constant("true", len(names)),
        username=names,
        givenName=firsts,
        familyName=families,
        identifier=staff.id,
        email=[f"{name}@{MAIL_DOMAIN}" for name in names],
    )


def write_roles(
    package: OneRosterZip, claims: Spells, cards: StudentCards, staff: Staff, schools: Schools
) -> None:
    """Write one primary role per user and organization; ends are exclusive.

    `claims` holds per student and school the latest claim; a guardian has a role at the school
    of the student's last claim.
    """
    ids = cards.id[claims["student"]]
    school = words(schools.ids, claims["school"])
    with package.file("roles") as file:
        file.write(
            joined_text("R-", ids, "-", school),
            userSourcedId=joined_text(ids),
            roleType=constant("primary", len(ids)),
            role=constant("student", len(ids)),
            beginDate=dates(claims["said_start"]),
            endDate=dates(claims["said_end"] + 1, claims["said_end"] < OPEN),
            orgSourcedId=school,
        )
        guarded = _last_of_each(claims).rows(cards.has_guardian)
        ids = cards.id[guarded["student"]]
        file.write(
            joined_text("R-G-", ids),
            userSourcedId=joined_text("G-", ids),
            roleType=constant("primary", len(ids)),
            role=constant("guardian", len(ids)),
            orgSourcedId=words(schools.ids, guarded["school"]),
        )
        file.write(
            joined_text("R-", pa.array(staff.id)),
            userSourcedId=staff.id,
            roleType=constant("primary", len(staff.id)),
            role=staff.role,
            orgSourcedId=staff.org,
        )


def write_demographics(package: OneRosterZip, cards: StudentCards) -> None:
    """Write birth date, sex and race of every student."""
    race = {name: cards.race == number for number, name in enumerate(RACES)}
    nobody = np.zeros(len(cards.id), dtype=bool)
    with package.file("demographics") as file:
        file.write(
            joined_text(cards.id),
            birthDate=dates(cards.born),
            sex=words(("female", "male"), cards.sex),
            americanIndianOrAlaskaNative=true_or_false(nobody),
            asian=true_or_false(race["asian"]),
            blackOrAfricanAmerican=true_or_false(race["black"]),
            nativeHawaiianOrOtherPacificIslander=true_or_false(nobody),
            white=true_or_false(race["white"]),
            demographicRaceTwoOrMoreRaces=true_or_false(race["other"]),
            hispanicOrLatinoEthnicity=true_or_false(race["hispanic"]),
        )


def _last_of_each(claims: Spells) -> Spells:
    """Return the last of each student's claims, ordered by student."""
    student = claims["student"]
    return claims.rows(np.flatnonzero(np.r_[student[1:] != student[:-1], True]))


def _adult_names(race: np.ndarray, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Draw first and family names of adults."""
    names = draw_names(race, rng.integers(0, 2, len(race)), rng)
    first = [FIRST_NAMES[place] for place in names.first.tolist()]
    return first, last_names_as_text(names, race)


def _phones(count: int, rng: np.random.Generator) -> pa.Array:
    """Draw phone numbers of the exchange 555, which reaches nobody."""
    area = words(("312", "773", "872", "708"), rng.integers(0, 4, count))
    return joined_text(area, "-555-", rng.integers(1000, 10_000, count))
