"""The parts of a student's story: gaps, days missed, ages, places on the axis."""

from datetime import date
from decimal import Decimal

import pytest

from bascule.directory.models import Organization
from bascule.kernel.school_calendar import SchoolCalendar
from bascule.roster.models import AttendanceEvent, Mark, Stint
from bascule.web.attendance import Absences, counted_absences
from bascule.web.story import age_on, earned_of
from bascule.web.timeline import Axis, Gap, drawn_timeline, gaps_in

DAYS = [date(2026, 9, day) for day in range(1, 31) if date(2026, 9, day).weekday() < 5]
CALENDAR = SchoolCalendar.of(DAYS)
SCHOOL = Organization(name="Port Alder High School")


def stint(first: int, last: int | None, code: str = "33") -> Stint:
    ends_on = date(2026, 9, last) if last else None
    return Stint(
        school=SCHOOL, starts_on=date(2026, 9, first), ends_on=ends_on,
        exit_code=code if last else "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stints", "expected"),
    [
        ([stint(1, None)], []),
        ([stint(1, 4), stint(7, None)], []),  # a weekend lies between
        ([stint(1, 4), stint(8, None)],
         [Gap(date(2026, 9, 5), date(2026, 9, 7), 1, False)]),
        ([stint(1, 4)], [Gap(date(2026, 9, 5), date(2026, 9, 10), 4, True)]),
        ([stint(1, 4, code="06")], []),  # graduated
        ([stint(1, 30)], []),  # leaves after the day of the page
    ],
)  # fmt: skip
def test_a_gap_is_where_school_was_in_session_and_no_school_had_the_student(
    stints: list[Stint], expected: list[Gap]
) -> None:
    assert gaps_in(stints, CALENDAR, date(2026, 9, 10)) == expected


def test_half_a_day_is_a_half_and_a_tardy_is_no_absence() -> None:
    kinds = ("absent_unexcused", "absent_half_unexcused", "absent_half_excused", "tardy", "tardy",
             "left_early")  # fmt: skip
    counted = counted_absences(AttendanceEvent(kind=kind) for kind in kinds)
    assert counted == Absences(Decimal(2), Decimal("1.5"), 2)
    assert counted.words == "Absent 2 days, 1.5 not excused, tardy 2 times"


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (None, ""),
        (date(2016, 9, 10), "10 years old"),
        (date(2012, 9, 11), "13 years old"),
        (date(2012, 9, 10), "14 years old, 7 years to 21"),
        (date(2006, 3, 10), "20 years old, 6 months to 21"),
        (date(2005, 9, 10), "21 years old"),
    ],
)
def test_an_age_says_how_long_is_left_to_finish(born: date | None, expected: str) -> None:
    assert age_on(born, date(2026, 9, 10)) == expected


def test_credits_without_a_number_are_not_zero() -> None:
    assert earned_of([Mark(mark="P")]) == "Marks without credits"
    marks = [
        Mark(credits_attempted=Decimal("0.500"), credits_earned=Decimal("0.500")),
        Mark(credits_attempted=Decimal("0.500"), credits_earned=Decimal("0.000")),
        Mark(mark="P"),
    ]
    assert earned_of(marks) == "0.5 of 1 credits earned"


def test_shapes_lie_on_the_axis_as_percentages() -> None:
    axis = Axis(date(2026, 9, 1), date(2026, 9, 10))
    bar = axis.bar(date(2026, 9, 2), date(2026, 9, 3), "gap", "", "")
    assert (bar.x, bar.width) == ("10.00%", "20.00%")
    before = axis.bar(date(2026, 8, 1), date(2026, 8, 2), "contact", "", "")
    after = axis.bar(date(2026, 12, 1), date(2026, 12, 2), "contact", "", "")
    assert (before.x, after.x) == ("0.00%", "99.60%")


def test_a_student_of_no_school_has_no_drawing() -> None:
    assert drawn_timeline([], [], [], [], [], date(2026, 9, 10)) is None


def test_the_years_are_named_in_short_where_there_are_many() -> None:
    few = Axis(date(2025, 9, 1), date(2026, 11, 20)).years()
    assert [name for _, name in few] == ["2025–26", "2026–27"]
    many = Axis(date(2019, 9, 1), date(2026, 11, 20)).years()
    assert [name for _, name in many] == ["’20", "’21", "’22", "’23", "’24", "’25", "’26", "’27"]
