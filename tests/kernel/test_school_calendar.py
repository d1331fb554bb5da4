"""School days, business hours and the close of offices: exact days, then laws over random ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.school_calendar import CalendarTooShortError, SchoolCalendar

CHICAGO = ZoneInfo("America/Chicago")
THANKSGIVING = {date(2026, 11, 26), date(2026, 11, 27)}
NOVEMBER = SchoolCalendar.of(
    day
    for day in (date(2026, 11, 1) + timedelta(days=n) for n in range(30))
    if day.weekday() < 5 and day not in THANKSGIVING
)

DAYS = st.dates(date(2026, 8, 1), date(2027, 7, 31))
CALENDARS = st.sets(DAYS, min_size=1, max_size=40).map(SchoolCalendar.of)
INSTANTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 7, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
HOURS = st.integers(0, 200)


def chicago(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CHICAGO)


def test_days_in_any_order_and_repeated_are_one_calendar() -> None:
    first, second = date(2026, 11, 2), date(2026, 11, 3)
    assert SchoolCalendar.of([second, first, second]).days == (first, second)


def test_a_holiday_and_a_weekend_are_no_school_days() -> None:
    days = [date(2026, 11, day) for day in (25, 26, 27, 28, 29, 30)]
    assert [NOVEMBER.is_school_day(day) for day in days] == [True, *[False] * 4, True]


def test_nothing_is_a_school_day_beyond_the_calendar() -> None:
    assert not NOVEMBER.is_school_day(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [(2, 6, 5), (2, 2, 1), (6, 9, 2), (7, 8, 0), (26, 27, 0), (25, 30, 2), (6, 2, 0), (1, 30, 19)],
)
def test_school_days_between_counts_both_ends(first: int, last: int, count: int) -> None:
    span = date(2026, 11, first), date(2026, 11, last)
    assert NOVEMBER.school_days_between(*span) == count


@pytest.mark.parametrize(
    ("day", "count", "expected"), [(2, 1, 3), (6, 1, 9), (7, 1, 9), (25, 1, 30), (24, 2, 30)]
)
def test_school_days_after_skips_weekend_and_holiday(day: int, count: int, expected: int) -> None:
    found = NOVEMBER.school_days_after(date(2026, 11, day), count)
    assert found == date(2026, 11, expected)


@pytest.mark.parametrize(
    ("day", "count", "expected"), [(3, 1, 2), (9, 1, 6), (8, 1, 6), (30, 1, 25), (30, 2, 24)]
)
def test_school_days_before_skips_weekend_and_holiday(day: int, count: int, expected: int) -> None:
    found = NOVEMBER.school_days_before(date(2026, 11, day), count)
    assert found == date(2026, 11, expected)


def test_after_the_last_known_day_the_calendar_is_too_short() -> None:
    assert NOVEMBER.school_days_after(date(2026, 11, 25), 1) == date(2026, 11, 30)
    with pytest.raises(CalendarTooShortError, match="no 2 school days are known after 2026-11-25"):
        NOVEMBER.school_days_after(date(2026, 11, 25), 2)


def test_before_the_first_known_day_the_calendar_is_too_short() -> None:
    assert NOVEMBER.school_days_before(date(2026, 11, 3), 1) == date(2026, 11, 2)
    with pytest.raises(CalendarTooShortError, match="no 2 school days are known before 2026-11-03"):
        NOVEMBER.school_days_before(date(2026, 11, 3), 2)


def test_no_school_day_after_is_no_question() -> None:
    with pytest.raises(ValueError, match="count must be at least 1"):
        NOVEMBER.school_days_after(date(2026, 11, 2), 0)


@pytest.mark.parametrize(
    ("day", "in_utc"),
    [
        (date(2026, 10, 30), datetime(2026, 10, 30, 21, 30, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 11, 2, 22, 30, tzinfo=UTC)),
        (date(2027, 3, 12), datetime(2027, 3, 12, 22, 30, tzinfo=UTC)),
        (date(2027, 3, 15), datetime(2027, 3, 15, 21, 30, tzinfo=UTC)),
    ],
)
def test_offices_close_at_half_past_four_local_time(day: date, in_utc: datetime) -> None:
    assert NOVEMBER.end_of(day) == in_utc


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (chicago(11, 20, 12), 48, chicago(11, 24, 12)),
        (chicago(11, 16, 9, 15), 48, chicago(11, 18, 9, 15)),
        (chicago(11, 20, 12), 12, chicago(11, 21, 0)),
        (chicago(11, 20, 12), 13, chicago(11, 23, 1)),
        (chicago(11, 21, 10), 1, chicago(11, 23, 1)),
        (chicago(11, 22, 23, 59), 48, chicago(11, 25, 0)),
        (chicago(10, 30, 12), 48, chicago(11, 3, 12)),
        (chicago(11, 1, 1, 30), 1, chicago(11, 2, 1)),
        (chicago(3, 12, 12, year=2027), 48, chicago(3, 16, 12, year=2027)),
        (chicago(3, 14, 3, year=2027), 24, chicago(3, 16, 0, year=2027)),
    ],
)
def test_business_hours_run_on_weekdays_only(
    start: datetime, hours: int, expected: datetime
) -> None:
    due = NOVEMBER.after_business_hours(start, hours)
    assert due.astimezone(UTC) == expected.astimezone(UTC)


def test_business_hours_read_a_start_in_any_zone() -> None:
    friday_noon = datetime(2026, 10, 30, 17, tzinfo=UTC)
    tuesday_noon = datetime(2026, 11, 3, 18, tzinfo=UTC)
    assert NOVEMBER.after_business_hours(friday_noon, 48) == tuesday_noon


@given(CALENDARS, DAYS, st.integers(1, 10))
def test_the_day_after_lies_exactly_so_many_school_days_later(
    calendar: SchoolCalendar, day: date, count: int
) -> None:
    try:
        found = calendar.school_days_after(day, count)
    except CalendarTooShortError:
        assert calendar.school_days_between(day + timedelta(days=1), date.max) < count
        return
    assert calendar.is_school_day(found)
    assert calendar.school_days_between(day + timedelta(days=1), found) == count


@given(CALENDARS, DAYS, st.integers(1, 10))
def test_the_day_before_lies_exactly_so_many_school_days_earlier(
    calendar: SchoolCalendar, day: date, count: int
) -> None:
    try:
        found = calendar.school_days_before(day, count)
    except CalendarTooShortError:
        assert calendar.school_days_between(date.min, day - timedelta(days=1)) < count
        return
    assert calendar.is_school_day(found)
    assert calendar.school_days_between(found, day - timedelta(days=1)) == count


@given(CALENDARS, DAYS, DAYS)
def test_counting_agrees_with_looking_at_each_day(
    calendar: SchoolCalendar, first: date, last: date
) -> None:
    counted = sum(first <= day <= last for day in calendar.days)
    assert calendar.school_days_between(first, last) == counted


@given(INSTANTS, HOURS, HOURS)
def test_business_hours_add_up(start: datetime, some: int, more: int) -> None:
    halfway = NOVEMBER.after_business_hours(start, some)
    at_once = NOVEMBER.after_business_hours(start, some + more)
    assert NOVEMBER.after_business_hours(halfway, more).astimezone(UTC) == at_once.astimezone(UTC)


@given(INSTANTS, st.integers(1, 200))
def test_business_hours_end_in_working_time(start: datetime, hours: int) -> None:
    due = NOVEMBER.after_business_hours(start, hours)
    assert (due - timedelta(seconds=1)).weekday() < 5
    assert due - start.astimezone(CHICAGO) >= timedelta(hours=hours)
