"""Tables of the roster. One file a noun; everybody imports them from here."""

from bascule.roster.models.aliases import (
    Alias,
    AliasRow,
    Judgment,
    LookAlike,
    LookAlikeSearch,
)
from bascule.roster.models.classes import Course, SchoolRole, Section, SectionEnrollment
from bascule.roster.models.families import Consent, Guardian, Guardianship
from bascule.roster.models.records import (
    AttendanceDay,
    AttendanceEvent,
    Demographics,
    Mark,
    ProgramSpell,
)
from bascule.roster.models.students import EnrollmentClaim, Reach, SchoolTotal, Stint, Student

__all__ = [
    "Alias",
    "AliasRow",
    "AttendanceDay",
    "AttendanceEvent",
    "Consent",
    "Course",
    "Demographics",
    "EnrollmentClaim",
    "Guardian",
    "Guardianship",
    "Judgment",
    "LookAlike",
    "LookAlikeSearch",
    "Mark",
    "ProgramSpell",
    "Reach",
    "SchoolRole",
    "SchoolTotal",
    "Section",
    "SectionEnrollment",
    "Stint",
    "Student",
]
