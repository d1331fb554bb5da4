"""The student's timeline as shapes on one axis: stints as bars, gaps as hatched bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bascule.kernel.school_calendar import SchoolCalendar
from bascule.roster.codes import EXIT_CODES, ExitKind
from bascule.roster.models import Stint

WIDTH = 1000
_DAY = timedelta(days=1)
_SETTLED = {ExitKind.GRADUATED, ExitKind.COMPLETED, ExitKind.DIED}


@dataclass(frozen=True)
class Bar:
    """One shape: its place on the axis (0-1000), what it is, and the words for it."""

    x: int
    width: int
    is_gap: bool
    label: str
    title: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Timeline:
    """The shapes, and a mark for each first of September."""

    bars: list[Bar]
    years: list[tuple[int, int]]


def drawn_timeline(
    stints: Sequence[Stint], calendar: SchoolCalendar, as_of: date
) -> Timeline | None:
    """Place a chain of stints on one axis up to `as_of`; None where nothing is known."""
    if not stints:
        return None
    first = stints[0].starts_on
    last = max(as_of, stints[-1].ends_on or as_of)
    span = max((last - first).days, 1)

    def place(day: date) -> int:
        return round((day - first).days * WIDTH / span)

    bars = []
    for stint, following in zip(stints, [*stints[1:], None], strict=True):
        ends = stint.ends_on or last
        bars.append(_stint_bar(stint, place(stint.starts_on), place(ends + _DAY)))
        resumes = following.starts_on if following else last + _DAY
        missed = calendar.school_days_between(ends + _DAY, resumes - _DAY)
        if stint.ends_on and missed and not _is_settled(stint):
            gap = (place(ends + _DAY), place(resumes))
            bars.append(_gap_bar(gap, ends + _DAY, resumes - _DAY, missed))
    years = [
        (place(date(year, 9, 1)), year + 1)
        for year in range(first.year, last.year + 1)
        if first <= date(year, 9, 1) <= last
    ]
    return Timeline(bars, years)


def _is_settled(stint: Stint) -> bool:
    code = EXIT_CODES.get(stint.exit_code)
    return code is not None and code.kind in _SETTLED


def _stint_bar(stint: Stint, start: int, end: int) -> Bar:
    until = f"{stint.ends_on:%b %-d, %Y}" if stint.ends_on else "now"
    title = f"{stint.school.name}: {stint.starts_on:%b %-d, %Y} to {until}"
    return Bar(start, max(end - start, 3), False, stint.school.name, title,
               stint.starts_on, stint.ends_on)  # fmt: skip


def _gap_bar(gap: tuple[int, int], starts_on: date, ends_on: date, missed: int) -> Bar:
    days = "school day" if missed == 1 else "school days"
    title = f"Nowhere enrolled: {missed} {days}"
    return Bar(gap[0], max(gap[1] - gap[0], 3), True, title, title, starts_on, ends_on)
