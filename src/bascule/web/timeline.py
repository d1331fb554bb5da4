"""One student's years on one axis: schools and gaps as bars, absences, contacts, cases as marks.

Places are percentages of the width, written as SVG and CSS read them: no locale changes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bascule.cases.models import CaseFile, Note
from bascule.kernel.clock import local_day
from bascule.kernel.school_calendar import SchoolCalendar
from bascule.roster.codes import EXIT_CODES, ExitKind
from bascule.roster.models import AttendanceEvent, Stint
from bascule.web.days import written_day
from bascule.web.templatetags.bascule import reason

_DAY = timedelta(days=1)
_SETTLED = {ExitKind.GRADUATED, ExitKind.COMPLETED, ExitKind.DIED}
NARROWEST = 0.4  # percent of the width: less cannot be seen
MANY_YEARS = 5


@dataclass(frozen=True)
class Gap:
    """Days on which no school had the student, though school was in session."""

    starts_on: date
    ends_on: date
    school_days: int
    lasts: bool  # up to the day on which the page is drawn

    @property
    def words(self) -> str:
        """Say how long nobody had the student."""
        days = ngettext("%(n)d school day", "%(n)d school days", self.school_days)
        return _("Nowhere enrolled: %(days)s") % {"days": days % {"n": self.school_days}}


@dataclass(frozen=True)
class Shape:
    """A bar or a mark of the drawing: where it begins, how wide it is, its kind and its words."""

    x: str
    width: str
    kind: str
    label: str
    title: str


@dataclass(frozen=True)
class Timeline:
    """The shapes by lane, from above; and where each school year begins, with its name."""

    schools: list[Shape]
    absences: list[Shape]
    contacts: list[Shape]
    cases: list[Shape]
    years: list[tuple[str, str]]

    @property
    def has_marks(self) -> bool:
        """Whether there is anything to draw below the schools."""
        return bool(self.absences or self.contacts or self.cases)


def gaps_in(stints: Sequence[Stint], calendar: SchoolCalendar, as_of: date) -> list[Gap]:
    """Return the gaps of a chain up to `as_of`; none after a graduation, none without school days.

    `stints` ascend. Whoever left and has not come back has a gap that lasts.
    """
    found = []
    for stint, following in zip(stints, [*stints[1:], None], strict=True):
        if stint.ends_on is None or stint.ends_on > as_of or _is_settled(stint):
            continue
        last = following.starts_on - _DAY if following else as_of
        missed = calendar.school_days_between(stint.ends_on + _DAY, last)
        if missed:
            found.append(Gap(stint.ends_on + _DAY, last, missed, following is None))
    return found


def _is_settled(stint: Stint) -> bool:
    code = EXIT_CODES.get(stint.exit_code)
    return code is not None and code.kind in _SETTLED


@dataclass(frozen=True)
class Axis:
    """The days from the first that is known to the last, as percentages of a width."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Return where a day begins, in percent of the width; days outside lie on the edge."""
        inside = min(max(day, self.first), self.last + _DAY)
        return 100 * (inside - self.first).days / ((self.last - self.first).days + 1)

    def bar(self, starts_on: date, ends_on: date, kind: str, label: str, title: str) -> Shape:
        """Draw days from one to another, both included."""
        start = self.place(starts_on)
        width = max(self.place(ends_on + _DAY) - start, NARROWEST)
        return Shape(_percent(min(start, 100 - NARROWEST)), _percent(width), kind, label, title)

    def years(self) -> list[tuple[str, str]]:
        """Return where each school year begins within the axis, and what it is called."""
        firsts = [date(year, 8, 1) for year in range(self.first.year - 1, self.last.year + 1)]
        within = [day for day in firsts if day + timedelta(days=365) > self.first]
        within = [day for day in within if day < self.last]
        short = len(within) > MANY_YEARS
        return [
            (_percent(self.place(day)),
             f"’{(day.year + 1) % 100:02}" if short else f"{day.year}–{(day.year + 1) % 100:02}")
            for day in within
        ]  # fmt: skip


def drawn_timeline(
    stints: Sequence[Stint],
    gaps: Iterable[Gap],
    absences: Iterable[AttendanceEvent],
    cases: Sequence[CaseFile],
    notes: Iterable[Note],
    as_of: date,
) -> Timeline | None:
    """Place everything on one axis, from the first stint to `as_of`; None without a stint."""
    if not stints:
        return None
    axis = Axis(stints[0].starts_on, max(as_of, stints[-1].ends_on or as_of))
    schools = [_stint_shape(axis, each) for each in stints]
    schools += [axis.bar(gap.starts_on, gap.ends_on, "gap", "", _told(gap)) for gap in gaps]
    return Timeline(
        schools,
        [_absence_shape(axis, each) for each in absences],
        [_contact_shape(axis, each) for each in notes if each.kind != Note.Kind.REMARK],
        [_case_shape(axis, each, as_of) for each in cases],
        axis.years(),
    )


def _percent(part: float) -> str:
    return f"{part:.2f}%"


def _told(gap: Gap) -> str:
    return f"{gap.words}, {written_day(gap.starts_on)} – {written_day(gap.ends_on)}"


def _stint_shape(axis: Axis, stint: Stint) -> Shape:
    until = written_day(stint.ends_on) if stint.ends_on else _("now")
    title = f"{stint.school.name}: {written_day(stint.starts_on)} – {until}"
    return axis.bar(stint.starts_on, stint.ends_on or axis.last, "stint", stint.school.name, title)


def _absence_shape(axis: Axis, event: AttendanceEvent) -> Shape:
    kind = "unexcused" if event.kind.endswith("unexcused") else "excused"
    return axis.bar(
        event.day, event.day, kind, "", f"{event.get_kind_display()}: {written_day(event.day)}"
    )


def _contact_shape(axis: Axis, note: Note) -> Shape:
    day = local_day(note.at)
    return axis.bar(day, day, "contact", "", f"{note.get_kind_display()}: {written_day(day)}")


def _case_shape(axis: Axis, case: CaseFile, as_of: date) -> Shape:
    ends_on = local_day(case.closed_at) if case.closed_at else as_of
    return axis.bar(
        local_day(case.opened_at), ends_on, "closed" if case.closed_at else "open", "", reason(case)
    )
