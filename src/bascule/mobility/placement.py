"""What decides whether an Options program fits a student: hard filters, then scored criteria.

Source: domain/mobility.md 4.4, and 1.3 for the 21st birthday. The weights and the order stand in
`matchers`, what is assumed in `placement_facts.FIGURES`. No Django import.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from bascule.kernel.wording import Counted, Sentence, Value
from bascule.matching.fit import Measured, Verdict
from bascule.mobility.great_circle import great_circle_km
from bascule.mobility.months import age_on, birthday_of, months_after, months_between
from bascule.mobility.placement_facts import (
    FIGURES,
    ProgramFacts,
    StudentFacts,
    earliest_start,
    fitting_lines,
    is_for_grade,
)
from bascule.mobility.promises import FEWEST

LAST_AGE = 21


def is_elsewhere(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Exclude the school at which the student is enrolled."""
    is_there = student.is_enrolled and student.school == program.school
    return Verdict(not is_there, Sentence("The student is enrolled at this school."))


def takes_age(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Compare the age on the day with the program's, both ends included."""
    if program.ages == (None, None):
        return Verdict(True, Sentence("Takes students of any age."))
    ages = band(*program.ages)
    if student.birth_on is None:
        told = Sentence("Takes ages %(ages)s; the student's birth date is not reported.", ages=ages)
        return Verdict(None, told)
    age = age_on(student.birth_on, student.day)
    words = Sentence("Takes ages %(ages)s; the student is %(age)s.", ages=ages, age=age)
    return Verdict(is_within(age, *program.ages), words)


def enters_here(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Exclude who enters an ALOP by its own process: students of 14 and 15 (mobility.md 1.1)."""
    told = Sentence("At 14 or 15, a student enters such a program (ALOP) by a process of its own.")
    if not program.is_alop:
        return Verdict(True, told)
    if student.birth_on is None:
        return Verdict(None, told)
    return Verdict(age_on(student.birth_on, student.day) not in (14, 15), told)


def takes_credits(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Compare the credits earned with the program's, both ends included."""
    if program.credits == (None, None):
        return Verdict(True, Sentence("Takes students with any number of credits."))
    asked = band(*program.credits)
    if student.credits is None:
        told = Sentence(
            "Takes students with %(asked)s credits; the student's are not reported.", asked=asked
        )
        return Verdict(None, told)
    told = Sentence(
        "Takes students with %(asked)s credits; the student has %(earned)s.",
        asked=asked,
        earned=plain(student.credits),
    )
    return Verdict(is_within(student.credits, *program.credits), told)


def takes_grade(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Look for a line of seats for the student's grade."""
    if not program.lines:
        return Verdict(False, Sentence("No seats are planned from today on."))
    if not student.grade:
        return Verdict(None, Sentence("The student's grade is not reported."))
    told = Sentence("Has no seats for grade %(grade)s.", grade=student.grade.lstrip("0"))
    return Verdict(any(is_for_grade(student, line) for line in program.lines), told)


def has_service(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Look for seats with each service that the student needs; not told to who may not know."""
    if student.needs is None:
        return Verdict(
            None,
            Sentence(
                "Which services the student needs is not told to your role: ask before the offer."
            ),
        )
    missing = student.needs - {line.service for line in program.lines}
    named = ", ".join(sorted(each.upper() for each in missing))
    told = Sentence("Has no seats with a service that the student needs: %(services)s.",
                    services=named)  # fmt: skip
    return Verdict(not missing, told)


def has_free_seat(student: StudentFacts, program: ProgramFacts) -> Verdict:
    """Look for a free seat among the lines that fit; where none fits, other filters say so."""
    lines = fitting_lines(student, program)
    seats = Counted("%(n)d seat", "%(n)d seats", sum(line.seats for line in lines))
    told = Sentence("No seat is free: %(seats)s, all offered or taken.", seats=seats)
    return Verdict(not lines or any(line.free for line in lines), told)


@dataclass(frozen=True)
class Finish:
    """What is left to a diploma at a pace: credits, semesters, the day it is done about."""

    left: Decimal
    rate: Decimal
    semesters: Counted
    done: date
    birthday: date

    @property
    def is_in_time(self) -> bool:
        """Whether the diploma comes by the 21st birthday."""
        return self.done <= self.birthday


def finish_of(earned: Decimal, birth_on: date, schedule: str, begins: date) -> Finish:
    """Return when who begins on a day with so many credits is done, at the pace of a schedule."""
    left = max(FIGURES.credits_to_graduate - earned, Decimal(0))
    rate = FIGURES.credits_a_semester[schedule]
    semesters = ceil(left / rate)
    return Finish(
        left, rate, Counted("%(n)d semester", "%(n)d semesters", semesters),
        months_after(begins, 6 * semesters), birthday_of(birth_on, LAST_AGE),
    )  # fmt: skip


def pace(student: StudentFacts, program: ProgramFacts) -> Measured:
    """Measure whether the diploma can be done before the 21st birthday, and with how much to spare.

    In time is worth half; every month to spare, up to twelve, adds a twenty-fourth.
    """
    if student.credits is None:
        return Measured(None, Sentence("The credits earned are not reported: no pace is known."))
    if student.birth_on is None:
        return Measured(None, Sentence("The birth date is not reported: no pace is known."))
    begins = earliest_start(student, program) or student.day
    finish = finish_of(student.credits, student.birth_on, program.schedule, begins)
    done, birthday = finish.done, finish.birthday
    values: dict[str, Value] = {
        "left": plain(finish.left), "rate": plain(finish.rate), "done": done, "birthday": birthday,
        "semesters": finish.semesters,
    }  # fmt: skip
    if not finish.is_in_time:
        return Measured(Fraction(0), Sentence(
            "%(left)s credits left, %(rate)s a semester: %(semesters)s, until about %(done)s,"
            " after the 21st birthday on %(birthday)s.", **values,
        ))  # fmt: skip
    spare = min(months_between(done, birthday), 12)
    return Measured(Fraction(12 + spare, 24), Sentence(
        "%(left)s credits left, %(rate)s a semester: %(semesters)s, until about %(done)s,"
        " before the 21st birthday on %(birthday)s.", **values,
    ))  # fmt: skip


def commute(student: StudentFacts, program: ProgramFacts) -> Measured:
    """Measure the straight line from the last school, which stands in for the unknown address."""
    if student.place is None or program.place is None:
        return Measured(None, Sentence("Where the last school or this one lies is not reported."))
    tenths = floor(10 * great_circle_km(student.place, program.place) + 0.5)
    told = Sentence(
        "%(km)s km in a straight line from the last school, %(school)s; no address is known here.",
        km=plain(Decimal(tenths) / 10), school=student.school_name,
    )  # fmt: skip
    return Measured(1 - Fraction(tenths, 10 * FIGURES.farthest_km), told)


def start(student: StudentFacts, program: ProgramFacts) -> Measured:
    """Measure how soon the student can start: at once is best, the longest wait worth nothing."""
    begins = earliest_start(student, program)
    if begins is None:
        return Measured(None, Sentence("When the student could start is not known."))
    wait = (begins - student.day).days
    told = Sentence("Can start on %(day)s.", day=begins) if wait else Sentence("Can start today.")
    return Measured(1 - Fraction(wait, FIGURES.longest_wait_days), told)


SCHEDULES = {
    "full_day": Sentence("Runs full days, and the student asked for another schedule."),
    "half_day": Sentence("Runs half days: the student asked for another schedule."),
    "evening": Sentence("Runs in the evening: the student asked for another schedule."),
}


def schedule(student: StudentFacts, program: ProgramFacts) -> Measured | None:
    """Measure the hours, only where the student asked for others than a full day."""
    if not student.asks_schedule:
        return None
    is_other = program.schedule != "full_day"
    return Measured(Fraction(int(is_other)), SCHEDULES[program.schedule])


def kept_promises(student: StudentFacts, program: ProgramFacts) -> Measured:
    """Measure how many of the promises to earlier students were kept, where enough were judged."""
    held = program.promises
    if held is None:
        few = Sentence("Fewer than %(fewest)s promises were judged in a year.", fewest=FEWEST)
        return Measured(None, few)
    told = Sentence(
        "Kept %(kept)s of %(judged)s promises to students in a year.",
        kept=held.kept, judged=held.judged,
    )  # fmt: skip
    return Measured(Fraction(held.kept, held.judged), told)


def own_turn(student: StudentFacts, program: ProgramFacts) -> int | None:
    """Return the place of a program in the student's own ranking, from 1."""
    return student.ranked.index(program.key) + 1 if program.key in student.ranked else None


def band(low: object | None, high: object | None) -> str:
    """Write two limits, of which one may be missing, without words: 16-21, 16+, 0-21."""
    return f"{low}+" if high is None else f"{low or 0}–{high}"


def is_within(number: Decimal | int, low: Decimal | int | None, high: Decimal | int | None) -> bool:
    """Say whether a number lies between two limits, both included; None is no limit."""
    return (low is None or low <= number) and (high is None or number <= high)


def plain(number: Decimal) -> str:
    """Write a decimal without needless zeros: 2.5 and not 2.50, 3 and not 3.0, 20 and not 2E+1."""
    return f"{number.normalize():f}"
