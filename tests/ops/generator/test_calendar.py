"""The invented school year."""

from datetime import date

import pytest

from bascule.kernel.school_calendar import school_year_of
from bascule.ops.generator.calendar import nth_weekday, school_year


@pytest.mark.parametrize("year", range(2010, 2045))
def test_a_school_year_has_at_least_176_weekdays_from_late_august_to_mid_june(year: int) -> None:
    made = school_year(year)
    assert len(made.days) >= 176
    assert list(made.days) == sorted(set(made.days))
    assert {day.weekday() for day in made.days} <= {0, 1, 2, 3, 4}
    assert made.first_day == nth_weekday(year - 1, 8, 0, 4)
    assert date(year, 6, 8) <= made.last_day <= date(year, 6, 14)
    assert {closed.on for closed in made.closed}.isdisjoint(made.days)


def test_the_closed_days_of_one_year_are_the_known_ones() -> None:
    made = school_year(2027)
    found = {(closed.note, closed.on) for closed in made.closed}
    assert found >= {
        ("Labor Day", date(2026, 9, 7)),
        ("Indigenous Peoples' Day", date(2026, 10, 12)),
        ("Election Day", date(2026, 11, 3)),
        ("Veterans Day", date(2026, 11, 11)),
        ("Thanksgiving break", date(2026, 11, 25)),
        ("Winter break", date(2026, 12, 21)),
        ("Winter break", date(2027, 1, 1)),
        ("Martin Luther King Jr. Day", date(2027, 1, 18)),
        ("Presidents' Day", date(2027, 2, 15)),
        ("Spring break", date(2027, 3, 29)),
        ("Memorial Day", date(2027, 5, 31)),
    }
    assert sum(note == "Winter break" for note, _ in found) == 10
    assert sum(note == "Spring break" for note, _ in found) == 5


def test_a_school_year_is_named_by_the_year_in_which_it_ends() -> None:
    assert [school_year_of(date(2026, 6, 30)), school_year_of(date(2026, 7, 1))] == [2026, 2027]
