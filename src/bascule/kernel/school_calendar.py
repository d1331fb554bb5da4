"""Arithmetic in school days, business hours and calendar days.

A calendar is the ascending tuple of days on which a school is in session, plus the district's
holidays. Every clock of Bascule is computed here and nowhere else. No Django import.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(8, 30), time(16, 30)
YEAR_TURNS = 7
"""The month with which a school year begins: July."""


def school_year_of(day: date) -> int:
    """Return the school year of a day, named by the year in which it ends (July 1 to June 30)."""
    return day.year + (day.month >= YEAR_TURNS)


def last_day_of(school_year: int) -> date:
    """Return the last day of a school year: June 30 of the year that names it."""
    return date(school_year, YEAR_TURNS, 1) - timedelta(days=1)


class CalendarTooShortError(ValueError):
    """The calendar ends before the asked day: load the next school year's calendar first."""


@dataclass(frozen=True)
class SchoolCalendar:
    """The days in session of one school (or of the district), ascending and without repeats."""

    days: tuple[date, ...]
    zone: ZoneInfo = field(default=ZoneInfo("America/Chicago"))

    @classmethod
    def of(cls, days: Iterable[date], zone: str = "America/Chicago") -> "SchoolCalendar":
        """Build a calendar from days in any order, repeats allowed."""
        return cls(tuple(sorted(set(days))), ZoneInfo(zone))

    def is_school_day(self, day: date) -> bool:
        """Say whether school is in session on `day`."""
        place = bisect_left(self.days, day)
        return place < len(self.days) and self.days[place] == day

    def school_days_between(self, first: date, last: date) -> int:
        """Count the school days from `first` to `last`, both included; 0 if `last` is earlier."""
        return max(0, bisect_right(self.days, last) - bisect_left(self.days, first))

    def school_days_after(self, day: date, count: int) -> date:
        """Return the `count`-th school day strictly after `day` (count >= 1)."""
        if count < 1:
            raise ValueError("count must be at least 1")
        place = bisect_right(self.days, day) + count - 1
        if place >= len(self.days):
            raise CalendarTooShortError(f"no {count} school days are known after {day}")
        return self.days[place]

    def school_days_before(self, day: date, count: int) -> date:
        """Return the `count`-th school day strictly before `day` (count >= 1)."""
        place = bisect_left(self.days, day) - count
        if place < 0:
            raise CalendarTooShortError(f"no {count} school days are known before {day}")
        return self.days[place]

    def end_of(self, day: date) -> datetime:
        """Return the instant at which offices close on `day`, in the calendar's zone."""
        return datetime.combine(day, CLOSES, self.zone)

    def after_business_hours(self, start: datetime, hours: int) -> datetime:
        """Return the instant `hours` business hours after `start`.

        "48 business hours" (GoCPS waitlists) are hours of weekdays, midnight to midnight, so
        that a Friday noon offer lapses on Tuesday noon. Seconds are kept.
        """
        left, at = timedelta(hours=hours), start.astimezone(self.zone)
        while True:
            midnight = datetime.combine(at.date() + timedelta(days=1), time(), self.zone)
            room = midnight - at if at.weekday() < 5 else timedelta()
            if left <= room:
                return at + left
            left -= room
            at = midnight
