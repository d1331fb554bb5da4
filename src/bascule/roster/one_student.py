"""What is known of one student, for the student's page: each question a statement written once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db import connection

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.row_reading import Reading
from bascule.roster.models import (
    AttendanceEvent,
    Guardianship,
    Mark,
    ProgramSpell,
    SectionEnrollment,
    Stint,
    Student,
)
from bascule.roster.policies import SEE_RESTRICTED

GUARDIANSHIPS = Reading(
    Guardianship,
    "where student_id = %(student)s and roster_guardianship.ended_at is null"
    " and guardian.ended_at is null order by guardian.family_name, roster_guardianship.id",
    parents=("guardian",),
)
PLACES = Reading(
    SectionEnrollment,
    "where student_id = %(student)s and roster_sectionenrollment.ended_at is null"
    " and coalesce(roster_sectionenrollment.starts_on <= %(day)s, true)"
    " and coalesce(roster_sectionenrollment.ends_on >= %(day)s, true)"
    " and section.ended_at is null order by section.title, roster_sectionenrollment.id",
    parents=("section", "section__school"),
)
AT_ADDRESS = Reading(Student, "where roster_student.uuid = %(address)s", parents=("school",))
PROGRAMS = Reading(
    ProgramSpell,
    "where student_id = %(student)s and ended_at is null and starts_on <= %(day)s"
    " and coalesce(ends_on >= %(day)s, true) order by program, starts_on",
)
STINTS = Reading(Stint, "where student_id = %(student)s order by starts_on", parents=("school",))
ABSENCES = Reading(
    AttendanceEvent, "where student_id = %(student)s and ended_at is null order by day, id"
)
MARKS = Reading(
    Mark,
    "where student_id = %(student)s and ended_at is null order by school_year, term, course, id",
)


def stints_of(student: Student) -> list[Stint]:
    """Return where a student was enrolled, by day, with the school. The student must be in view."""
    return STINTS.rows(student=student.pk)


def guardians_of(student: Student) -> list[Guardianship]:
    """Return who answers for a student now, with the guardian. The student must be in view."""
    return GUARDIANSHIPS.rows(student=student.pk)


def sections_of(student: Student, day: date) -> list[SectionEnrollment]:
    """Return the sections that a student sits in on `day`, with school, by title."""
    return PLACES.rows(student=student.pk, day=day)


def absences_of(student: Student) -> list[AttendanceEvent]:
    """Return the known exceptions of attendance, by day. The student must be in view."""
    return ABSENCES.rows(student=student.pk)


def marks_of(student: Student) -> list[Mark]:
    """Return the marks of all years, by year, term and course. The student must be in view."""
    return MARKS.rows(student=student.pk)


def credits_earned(marks: Iterable[Mark]) -> Decimal | None:
    """Return the sum of the credits earned; None where no mark says any."""
    earned = [mark.credits_earned for mark in marks if mark.credits_earned is not None]
    return sum(earned, Decimal(0)) if earned else None


def attendance_known_until(school: Organization, since: date) -> date | None:
    """Return the last day since `since` of which the school told attendance; None for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select max(day) from roster_attendanceday"
            " where school_id = %s and day >= %s and ended_at is null",
            [school.pk, since],
        )
        return cast("date | None", cursor.fetchone()[0])


def programs_of(actor: Actor, student: Student, day: date) -> list[ProgramSpell]:
    """Return the programs that a student belongs to on `day`, for whom the tier is open."""
    return SEE_RESTRICTED.keep(PROGRAMS.rows(student=student.pk, day=day), actor)


def student_at(address: UUID) -> Student | None:
    """Return the student at an address, with the school, whoever asks: `SEE.why` decides."""
    return next(iter(AT_ADDRESS.rows(address=address)), None)


@dataclass(frozen=True)
class Records:
    """Whether a record is another student's, and whether others are this one's."""

    is_alias: bool
    has_aliases: bool


def records_of(student: Student) -> Records:
    """Say how a student in view stands to other records."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(bool_or(student_id = %(id)s), false),"
            " coalesce(bool_or(keeper_id = %(id)s), false)"
            " from roster_alias"
            " where undone_at is null and (student_id = %(id)s or keeper_id = %(id)s)",
            {"id": student.pk},
        )
        return Records(*cursor.fetchone())
