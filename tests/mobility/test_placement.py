"""Each filter and each score of the Options placement, with its sentence and at its limits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from bascule.kernel.wording import ENGLISH
from bascule.matching.fit import Measured, Verdict
from bascule.mobility import placement
from bascule.mobility.great_circle import Point, great_circle_km
from bascule.mobility.months import age_on, birthday_of, months_after, months_between
from bascule.mobility.placement_facts import Line, ProgramFacts, StudentFacts, earliest_start

DAY = date(2026, 11, 20)
STUDENT = StudentFacts(
    day=DAY, birth_on=date(2009, 11, 20), grade="10", credits=Decimal("7.5"), needs=frozenset(),
    school="s1", school_name="Harbor Point", place=Point(41.88, -87.63), is_enrolled=True,
)  # fmt: skip
NOW = Line("09", "10", "general", "Quarter 2", date(2026, 11, 2), 12, 3)
LATER = replace(NOW, window="Quarter 3", starts_on=date(2027, 1, 19))
PROGRAM = ProgramFacts(
    key="p1", name="Half day", school="s9", school_name="Second Bridge",
    place=Point(41.97, -87.63), ages=(16, 21), credits=(Decimal(5), Decimal(20)),
    schedule="half_day", lines=(NOW,),
)  # fmt: skip


def told(found: Verdict) -> tuple[bool | None, str]:
    return found.admits, ENGLISH.say(found.why)


def scored(found: Measured | None) -> tuple[Fraction | None, str]:
    assert found is not None
    return found.value, ENGLISH.say(found.why)


def test_the_school_of_the_student_is_out_while_the_student_is_there() -> None:
    own = replace(PROGRAM, school="s1")
    assert told(placement.is_elsewhere(STUDENT, own)) == (
        False, "The student is enrolled at this school.",
    )  # fmt: skip
    assert placement.is_elsewhere(replace(STUDENT, is_enrolled=False), own).admits
    assert placement.is_elsewhere(STUDENT, PROGRAM).admits


@pytest.mark.parametrize(
    ("birth_on", "admits", "words"),
    [
        (date(2010, 11, 20), True, "Takes ages 16–21; the student is 16."),
        (date(2010, 11, 21), False, "Takes ages 16–21; the student is 15."),
        (date(2004, 11, 21), True, "Takes ages 16–21; the student is 21."),
        (date(2004, 11, 20), False, "Takes ages 16–21; the student is 22."),
        (None, None, "Takes ages 16–21; the student's birth date is not reported."),
    ],
)
def test_both_ends_of_the_age_band_are_in_and_an_unknown_birthday_excludes_nobody(
    birth_on: date | None, admits: bool | None, words: str
) -> None:
    student = replace(STUDENT, birth_on=birth_on)
    assert told(placement.takes_age(student, PROGRAM)) == (admits, words)


@pytest.mark.parametrize(
    ("birth_on", "admits"),
    [
        (date(2012, 11, 21), True),  # 13: the age band is another filter's
        (date(2012, 11, 20), False),
        (date(2010, 11, 21), False),
        (date(2010, 11, 20), True),
        (None, None),
    ],
)
def test_at_14_and_15_an_alop_is_entered_by_its_own_process(
    birth_on: date | None, admits: bool | None
) -> None:
    student, alop = replace(STUDENT, birth_on=birth_on), replace(PROGRAM, is_alop=True)
    assert told(placement.enters_here(student, alop)) == (
        admits, "At 14 or 15, a student enters such a program (ALOP) by a process of its own.",
    )  # fmt: skip
    assert placement.enters_here(student, PROGRAM).admits is True


def test_one_open_end_of_a_band_is_told_and_none_admits_everybody() -> None:
    older = replace(PROGRAM, ages=(17, None))
    assert told(placement.takes_age(STUDENT, older)) == (
        True, "Takes ages 17+; the student is 17.",
    )  # fmt: skip
    anybody = replace(PROGRAM, ages=(None, None), credits=(None, None))
    unknown = replace(STUDENT, birth_on=None, credits=None)
    assert placement.takes_age(unknown, anybody).admits is True
    assert placement.takes_credits(unknown, anybody).admits is True


@pytest.mark.parametrize(
    ("earned", "admits"), [("4.9", False), ("5", True), ("20", True), ("20.5", False)]
)
def test_both_ends_of_the_band_of_credits_are_in(earned: str, admits: bool) -> None:
    found = placement.takes_credits(replace(STUDENT, credits=Decimal(earned)), PROGRAM)
    words = f"Takes students with 5–20 credits; the student has {earned}."
    assert told(found) == (admits, words)


def test_credits_that_nobody_reports_are_not_no_credits() -> None:
    unknown, none = replace(STUDENT, credits=None), replace(STUDENT, credits=Decimal(0))
    assert told(placement.takes_credits(unknown, PROGRAM)) == (
        None, "Takes students with 5–20 credits; the student's are not reported.",
    )  # fmt: skip
    assert placement.takes_credits(none, PROGRAM).admits is False
    assert scored(placement.pace(unknown, PROGRAM)) == (
        None, "The credits earned are not reported: no pace is known.",
    )  # fmt: skip


def test_a_program_needs_seats_for_the_grade() -> None:
    eleventh = replace(STUDENT, grade="11")
    assert told(placement.takes_grade(eleventh, PROGRAM)) == (False, "Has no seats for grade 11.")
    assert placement.takes_grade(STUDENT, PROGRAM).admits is True
    assert placement.takes_grade(replace(STUDENT, grade=""), PROGRAM).admits is None
    assert told(placement.takes_grade(STUDENT, replace(PROGRAM, lines=()))) == (
        False, "No seats are planned from today on.",
    )  # fmt: skip


def test_a_needed_service_needs_seats_that_come_with_it() -> None:
    in_need = replace(STUDENT, needs=frozenset({"iep"}))
    assert told(placement.has_service(in_need, PROGRAM)) == (
        False, "Has no seats with a service that the student needs: IEP.",
    )  # fmt: skip
    both = replace(PROGRAM, lines=(NOW, replace(NOW, service="iep", free=0)))
    assert placement.has_service(in_need, both).admits is True
    assert placement.has_free_seat(in_need, both).admits is False
    assert placement.has_free_seat(STUDENT, both).admits is True


def test_who_may_not_know_of_services_is_told_so_and_sees_the_seats_of_all() -> None:
    hidden = replace(STUDENT, needs=None)
    only_iep = replace(PROGRAM, lines=(replace(NOW, service="iep"),))
    assert told(placement.has_service(hidden, only_iep)) == (
        None, "Which services the student needs is not told to your role: ask before the offer.",
    )  # fmt: skip
    assert placement.has_free_seat(hidden, only_iep).admits is True
    assert placement.has_free_seat(STUDENT, only_iep).admits is True  # the service says it


def test_a_program_without_a_free_seat_is_out_with_its_count() -> None:
    full = replace(PROGRAM, lines=(replace(NOW, free=0), replace(LATER, free=0)))
    assert told(placement.has_free_seat(STUDENT, full)) == (
        False, "No seat is free: 24 seats, all offered or taken.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("birth_on", "value"),
    [
        (date(2010, 5, 19), Fraction(0)),
        (date(2010, 5, 20), Fraction(12, 24)),  # 21 on the very day
        (date(2010, 11, 20), Fraction(18, 24)),
        (date(2011, 5, 20), Fraction(1)),
        (date(2012, 5, 20), Fraction(1)),
    ],
)
def test_in_time_is_worth_half_and_each_month_to_spare_adds_to_it(
    birth_on: date, value: Fraction
) -> None:
    """16.5 left at 2 a semester: 9 semesters from today, so until May 20, 2031."""
    found = placement.pace(replace(STUDENT, birth_on=birth_on), PROGRAM)
    assert found.value == value


def test_the_pace_is_told_with_what_it_rests_on() -> None:
    assert scored(placement.pace(STUDENT, PROGRAM)) == (
        Fraction(0),
        "16.5 credits left, 2 a semester: 9 semesters, until about May 20, 2031,"
        " after the 21st birthday on Nov 20, 2030.",
    )
    full = replace(PROGRAM, schedule="full_day")
    assert scored(placement.pace(STUDENT, full)) == (
        Fraction(1),
        "16.5 credits left, 3 a semester: 6 semesters, until about Nov 20, 2029,"
        " before the 21st birthday on Nov 20, 2030.",
    )
    done = replace(STUDENT, credits=Decimal("24.5"))
    assert placement.pace(done, PROGRAM).value == 1


def test_the_way_is_a_straight_line_from_the_last_school_and_says_so() -> None:
    assert scored(placement.commute(STUDENT, PROGRAM)) == (
        Fraction(1, 2),
        "10 km in a straight line from the last school, Harbor Point; no address is known here.",
    )
    for unknown in (replace(STUDENT, place=None), STUDENT):
        there = replace(PROGRAM, place=None) if unknown.place else PROGRAM
        assert scored(placement.commute(unknown, there)) == (
            None, "Where the last school or this one lies is not reported.",
        )  # fmt: skip


def test_the_start_is_that_of_the_first_free_seat_that_fits() -> None:
    soon = replace(PROGRAM, lines=(replace(NOW, free=0), LATER, replace(NOW, service="iep")))
    assert earliest_start(STUDENT, soon) == date(2027, 1, 19)
    assert scored(placement.start(STUDENT, soon)) == (
        Fraction(1, 3), "Can start on Jan 19, 2027.",
    )  # fmt: skip
    assert scored(placement.start(STUDENT, PROGRAM)) == (Fraction(1), "Can start today.")


def test_the_hours_count_only_where_others_were_asked_for() -> None:
    assert placement.schedule(STUDENT, PROGRAM) is None
    asking = replace(STUDENT, asks_schedule=True)
    values = [
        scored(placement.schedule(asking, replace(PROGRAM, schedule=each)))[0]
        for each in ("full_day", "half_day", "evening")
    ]
    assert values == [0, 1, 1]


def test_the_own_ranking_is_a_place_from_one() -> None:
    student = replace(STUDENT, ranked=("p7", "p1"))
    assert placement.own_turn(student, PROGRAM) == 2
    assert placement.own_turn(STUDENT, PROGRAM) is None


def test_months_and_birthdays_at_the_ends_of_months() -> None:
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert months_between(date(2026, 3, 1), date(2026, 1, 1)) == -2
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 5), 1) == date(2027, 1, 5)
    assert birthday_of(date(2008, 2, 29), 21) == date(2029, 3, 1)
    assert [age_on(date(2008, 2, 29), date(2029, 2, day)) for day in (27, 28)] == [20, 20]


def test_the_great_circle_is_the_known_one() -> None:
    """A degree of a meridian is 111.195 km, a quarter of the way around 10,007.557 km."""
    assert round(great_circle_km(Point(0, 0), Point(1, 0)), 3) == 111.195
    assert round(great_circle_km(Point(0, 179.5), Point(0, -179.5)), 3) == 111.195
    assert round(great_circle_km(Point(0, 0), Point(0, 90)), 3) == 10007.557
    assert great_circle_km(Point(41.9, -87.6), Point(41.9, -87.6)) == 0
