"""What is known of a student and of an Options program when one is sought for the other.

What nobody has confirmed stands in FIGURES, dated, and is told beside what it rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bascule.mobility.great_circle import Point
from bascule.mobility.promises import KeptPromises

GENERAL = "general"


@dataclass(frozen=True)
class Figures:
    """Assumed until the district confirms them: another value is another version."""

    since: date = date(2026, 11, 22)
    credits_to_graduate: Decimal = Decimal(24)
    credits_a_semester: Mapping[str, Decimal] = field(
        default_factory=lambda: {
            "full_day": Decimal(3), "half_day": Decimal(2), "evening": Decimal("1.5"),
        }
    )  # fmt: skip
    farthest_km: int = 20
    longest_wait_days: int = 90


FIGURES = Figures()


@dataclass(frozen=True)
class StudentFacts:
    """What is known of a student on `day`; None is not known, and never the same as nothing.

    `needs` are the services that a seat must come with, None where the reader's role may not know.
    `ranked` are keys of programs in the student's own order; `asks_schedule`: another is wished.
    """

    day: date
    birth_on: date | None
    grade: str
    credits: Decimal | None
    needs: frozenset[str] | None
    school: str
    school_name: str
    place: Point | None
    is_enrolled: bool
    ranked: tuple[str, ...] = ()
    asks_schedule: bool = False


@dataclass(frozen=True)
class Line:
    """Seats of one kind: for which grades and service, from when, how many, and how many free."""

    lowest_grade: str
    highest_grade: str
    service: str
    window: str
    starts_on: date
    seats: int
    free: int
    key: str = ""


@dataclass(frozen=True)
class ProgramFacts:
    """An Options program with the lines in which a student can still start. None is no limit.

    `is_alop`: an Alternative Learning Opportunities Program (105 ILCS 5/13B). `promises` is None
    where too few were judged.
    """

    key: str
    name: str
    school: str
    school_name: str
    place: Point | None
    ages: tuple[int | None, int | None]
    credits: tuple[Decimal | None, Decimal | None]
    schedule: str
    lines: tuple[Line, ...]
    is_alop: bool = False
    promises: KeptPromises | None = None


def fitting_lines(student: StudentFacts, program: ProgramFacts) -> list[Line]:
    """Return the lines for the student's grade and services; what is not known rules none out."""
    return [
        line for line in program.lines
        if is_for_grade(student, line) and _is_for_needs(student, line)
    ]  # fmt: skip


def is_for_grade(student: StudentFacts, line: Line) -> bool:
    """Say whether a line takes the student's grade; an unknown one is ruled out nowhere."""
    return not student.grade or line.lowest_grade <= student.grade <= line.highest_grade


def _is_for_needs(student: StudentFacts, line: Line) -> bool:
    return student.needs is None or line.service in (student.needs or {GENERAL})


def earliest_start(student: StudentFacts, program: ProgramFacts) -> date | None:
    """Return the first day from `day` on at which a free seat that fits can be taken."""
    starts = [line.starts_on for line in fitting_lines(student, program) if line.free]
    return max(min(starts), student.day) if starts else None
