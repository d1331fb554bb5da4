"""Days missed, in words: of a month in the stream, and of the year beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bascule.directory.models import Organization
from bascule.kernel.school_calendar import SchoolCalendar
from bascule.metrics.rounding import percent
from bascule.roster.models import AttendanceEvent, Student
from bascule.roster.one_student import (
    attendance_known_until,
)


@dataclass(frozen=True)
class Absences:
    """Days missed, halves included, of which not excused; and how often late to school."""

    days: Decimal
    unexcused: Decimal
    tardies: int

    @property
    def words(self) -> str:
        """Say what was missed."""
        parts = []
        if self.days:
            parts.append(
                ngettext("absent %(n)s day", "absent %(n)s days", 1 if self.days == 1 else 2)
                % {"n": plain(self.days)}
            )
        if self.unexcused:
            parts.append(_("%(n)s not excused") % {"n": plain(self.unexcused)})
        if self.tardies:
            parts.append(
                ngettext("tardy %(n)d time", "tardy %(n)d times", self.tardies)
                % {"n": self.tardies}
            )
        return ", ".join(parts).capitalize() or _("Left early")


def counted_absences(events: Iterable[AttendanceEvent]) -> Absences:
    """Count what events of attendance say: days missed, half a day as a half, and tardies."""
    days = unexcused = Decimal(0)
    tardies = 0
    for event in events:
        if event.kind == AttendanceEvent.Kind.TARDY:
            tardies += 1
        elif event.kind.startswith("absent"):
            part = Decimal("0.5") if "half" in event.kind else Decimal(1)
            days += part
            unexcused += part if event.kind.endswith("unexcused") else 0
    return Absences(days, unexcused, tardies)


def plain(number: Decimal) -> str:
    """Write a decimal as people do: 2.5 and not 2.500, 3 and not 3.0."""
    whole = number.to_integral_value()
    return number_format(whole if number == whole else number.normalize())


@dataclass(frozen=True)
class YearOfAttendance:
    """What is known of the current school: days missed of the days in session up to the last told.

    `missed` is in percent of the days, one decimal; None where the school has told nothing.
    """

    absences: Absences
    since: date
    until: date | None
    school_days: int
    missed: Decimal | None


def attendance_this_year(
    student: Student, events: Sequence[AttendanceEvent], calendar: SchoolCalendar
) -> YearOfAttendance | None:
    """Sum the events since the student entered the current school; None for who is in none."""
    school: Organization | None = student.school
    if school is None or not student.is_enrolled or student.entered_on is None:
        return None
    since = student.entered_on
    until = attendance_known_until(school, since)
    told = [each for each in events if each.day >= since and each.school_id == school.pk]
    absences = counted_absences(told)
    days = calendar.school_days_between(since, until) if until else 0
    missed = percent(int(2 * absences.days), 2 * days) if days else None
    return YearOfAttendance(absences, since, until, days, missed)
