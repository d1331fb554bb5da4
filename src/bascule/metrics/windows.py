"""The days a profile's window opens and closes in one school year. Pure dates, no tables."""

from dataclasses import dataclass
from datetime import date, timedelta

from bascule.metrics.profiles import CountDay, Profile, WindowEnd


@dataclass(frozen=True)
class Window:
    """The days that decide in one school year; all inclusive, none after the snapshot's day.

    `last_day` is the year's last day in session (also if it lies ahead); `closes_on` the last
    day whose entries and exits count; `collections` the days on which the authority looks;
    `days_taught` the school days up to the close.
    """

    first_day: date
    last_day: date
    count_day: date
    closes_on: date
    collections: tuple[date, ...]
    days_taught: int


def window_of(
    profile: Profile, days: tuple[date, ...], as_of: date, month: int | None = None
) -> Window:
    """Return the window of `profile` in the school year whose days in session are `days`.

    With `month` (1-12, a calendar month of that school year) it closes on that month's last day
    at the latest: the cumulative form of monthly trends. Raises ValueError without days in
    session or for a month outside 1-12.
    """
    if not days:
        raise ValueError("the school year has no days in session")
    fall, last_day = days[0].year, days[-1]
    ends = [last_day if profile.window_end is WindowEnd.LAST_DAY else date(last_day.year, 5, 1)]
    if month is not None:
        ends.append(_month_end(fall, last_day.year, month))
    looks = [date(_year_of(month, fall), month, day) for month, day in profile.collections]
    count_day = _count_day(profile.count_day, days)
    closes_on = min(*ends, as_of)
    taught = sum(day <= closes_on for day in days)
    return Window(days[0], last_day, count_day, closes_on, tuple(looks), taught)


def _count_day(rule: CountDay, days: tuple[date, ...]) -> date:
    october_1 = date(days[0].year, 10, 1)
    if rule is CountDay.FIRST_DAY:
        return days[0]
    if rule is CountDay.FIRST_SCHOOL_DAY_OF_OCTOBER:
        return next((day for day in days if day >= october_1), october_1)
    if rule is CountDay.FIRST_TUESDAY_OF_OCTOBER:
        return october_1 + timedelta(days=(1 - october_1.weekday()) % 7)
    return october_1 if rule is CountDay.OCTOBER_1 else date(days[0].year, 10, 5)


def _month_end(fall: int, spring: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(f"a month is a number from 1 to 12, not {month}")
    year = fall if month >= 7 else spring
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _year_of(month: int, fall: int) -> int:
    return fall if month >= 7 else fall + 1
