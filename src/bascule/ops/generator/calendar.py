"""The invented school year: which weekdays are in session and why the others are not.

Modelled on the public CPS calendars: first day on the fourth Monday of August, last day in the
middle of June, at least 176 days in session. Source of the closed days: the district generator's
brief; no claim that any real district closes on exactly these dates.
"""

from dataclasses import dataclass
from datetime import date, timedelta

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = 0, 1, 2, 3
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ClosedDay:
    """A weekday of the school year without school: `kind` is `holiday` or `break`."""

    on: date
    kind: str
    note: str


@dataclass(frozen=True)
class SchoolYear:
    """One school year, named by the year in which it ends; both tuples ascend."""

    year: int
    days: tuple[date, ...]
    closed: tuple[ClosedDay, ...]

    @property
    def first_day(self) -> date:
        """The first day in session."""
        return self.days[0]

    @property
    def last_day(self) -> date:
        """The last day in session."""
        return self.days[-1]

    @property
    def semester_ends_on(self) -> date:
        """The last day of the first semester: the last school day before 25 January."""
        return max(day for day in self.days if day < date(self.year, 1, 25))


def nth_weekday(year: int, month: int, weekday: int, count: int) -> date:
    """Return the `count`-th `weekday` (Monday = 0) of a month; -1 is the last one."""
    if count > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=(after.weekday() - weekday - 1) % 7 + 1)


def school_year(year: int) -> SchoolYear:
    """Build the calendar of the school year that ends in `year`."""
    closed = closed_days(year)
    shut = {day.on for day in closed}
    first, last = nth_weekday(year - 1, 8, MONDAY, 4), last_friday_by_mid_june(year)
    span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    days = tuple(day for day in span if day.weekday() < 5 and day not in shut)
    return SchoolYear(year, days, tuple(day for day in closed if day.on >= first))


def last_friday_by_mid_june(year: int) -> date:
    """Return the last Friday on or before 14 June of `year`."""
    limit = date(year, 6, 14)
    return limit - timedelta(days=(limit.weekday() - 4) % 7)


def closed_days(year: int) -> tuple[ClosedDay, ...]:
    """Return the weekdays without school in the year that ends in `year`, ascending."""
    fall = year - 1
    thanksgiving = nth_weekday(fall, 11, THURSDAY, 4)
    single = [
        ClosedDay(nth_weekday(fall, 9, MONDAY, 1), "holiday", "Labor Day"),
        ClosedDay(nth_weekday(fall, 10, MONDAY, 2), "holiday", "Indigenous Peoples' Day"),
        *november_days(fall),
        ClosedDay(nth_weekday(year, 1, MONDAY, 3), "holiday", "Martin Luther King Jr. Day"),
        ClosedDay(nth_weekday(year, 2, MONDAY, 3), "holiday", "Presidents' Day"),
        ClosedDay(nth_weekday(year, 5, MONDAY, -1), "holiday", "Memorial Day"),
    ]
    winter = weekdays_from(winter_break_starts_on(fall), 10, "Winter break")
    spring = weekdays_from(nth_weekday(year, 3, MONDAY, -1), 5, "Spring break")
    thanks = weekdays_from(thanksgiving - ONE_DAY, 3, "Thanksgiving break")
    return tuple(sorted([*single, *winter, *spring, *thanks, *juneteenth(year)], key=_on))


def november_days(fall: int) -> list[ClosedDay]:
    """Return Election Day in even years and Veterans Day where it falls on a weekday."""
    election = nth_weekday(fall, 11, MONDAY, 1) + ONE_DAY
    found = [ClosedDay(election, "holiday", "Election Day")] if fall % 2 == 0 else []
    veterans = date(fall, 11, 11)
    if veterans.weekday() < 5:
        found.append(ClosedDay(veterans, "holiday", "Veterans Day"))
    return found


def juneteenth(year: int) -> list[ClosedDay]:
    """Return Juneteenth where it falls on a weekday."""
    day = date(year, 6, 19)
    return [ClosedDay(day, "holiday", "Juneteenth")] if day.weekday() < 5 else []


def winter_break_starts_on(fall: int) -> date:
    """Return the Monday that opens the two weeks around 25 December and 1 January."""
    christmas = date(fall, 12, 25)
    monday = christmas - timedelta(days=christmas.weekday())
    return monday if christmas.weekday() < 5 else monday + timedelta(days=7)


def weekdays_from(first: date, count: int, note: str) -> list[ClosedDay]:
    """Return `count` closed weekdays from `first` on, weekends skipped."""
    days = (first + timedelta(days=offset) for offset in range(2 * count + 4))
    weekdays = [day for day in days if day.weekday() < 5]
    return [ClosedDay(day, "break", note) for day in weekdays[:count]]


def _on(day: ClosedDay) -> date:
    """Sort key of a closed day."""
    return day.on
