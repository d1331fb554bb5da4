"""What happened to a student, as one stream: the newest first, each line of one kind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bascule.cases.models import CaseFile, Note
from bascule.cases.registry import workflow_of
from bascule.kernel.clock import local_day
from bascule.mobility.models import Flag
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES
from bascule.roster.models import AttendanceEvent, Mark, Stint
from bascule.web.attendance import counted_absences, plain
from bascule.web.templatetags.bascule import address, reason
from bascule.web.timeline import Gap

KINDS = {
    "school": gettext_lazy("Schools"),
    "case": gettext_lazy("Cases"),
    "contact": gettext_lazy("Contacts and notes"),
    "finding": gettext_lazy("Findings"),
    "absence": gettext_lazy("Attendance"),
    "credit": gettext_lazy("Credits"),
}
"""The kinds of lines in the order of their chips, with their words."""


@dataclass(frozen=True)
class Line:
    """One line of the stream. `by`: who did it, where that is known; `href`: where it leads.

    `when` stands for the day where only a month or a term is known.
    """

    on: date
    kind: str
    words: str
    detail: str = ""
    by: str = ""
    href: str = ""
    tone: str = ""
    when: str = ""


def told_story(
    stints: Sequence[Stint],
    gaps: Iterable[Gap],
    cases: Iterable[CaseFile],
    notes: Iterable[Note],
    flags: Iterable[Flag],
    absences: Iterable[AttendanceEvent],
    marks: Iterable[Mark],
) -> list[Line]:
    """Return every line about one student, the newest first."""
    lines = [
        *_of_schools(stints), *_of_gaps(gaps), *_of_cases(cases), *_of_notes(notes),
        *_of_flags(flags), *_of_absences(absences), *_of_marks(marks),
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.on, reverse=True)


def _of_schools(stints: Iterable[Stint]) -> Iterator[Line]:
    for stint in stints:
        entry, school = ENTRY_CODES.get(stint.entry_code), stint.school.name
        yield Line(
            stint.starts_on, "school", _("Entered %(school)s") % {"school": school},
            _coded(stint.entry_code, entry.title if entry else ""), tone="kept",
        )  # fmt: skip
        if stint.ends_on:
            leaving = EXIT_CODES.get(stint.exit_code)
            yield Line(
                stint.ends_on, "school", _("Left %(school)s") % {"school": school},
                _coded(stint.exit_code, leaving.title if leaving else ""),
            )  # fmt: skip


def _coded(code: str, title: str) -> str:
    """Say what a code means beside the code itself; a code that nobody declared stands alone."""
    if not code:
        return _("no code")
    return f"{_(title)} ({code})" if title else _("code %(code)s") % {"code": code}


def _of_gaps(gaps: Iterable[Gap]) -> Iterator[Line]:
    for gap in gaps:
        tone = "late" if gap.lasts else "due"
        yield Line(gap.starts_on, "school", gap.words, tone=tone)


def _of_cases(cases: Iterable[CaseFile]) -> Iterator[Line]:
    for case in cases:
        title = _(workflow_of(case.workflow).title)
        href = address(case.uuid, "case")
        yield Line(
            local_day(case.opened_at), "case", _("Opened: %(case)s") % {"case": title},
            reason(case), href=href,
        )  # fmt: skip
        if case.closed_at:
            yield Line(
                local_day(case.closed_at), "case", _("Closed: %(case)s") % {"case": title},
                href=href, tone="kept",
            )  # fmt: skip


def _of_notes(notes: Iterable[Note]) -> Iterator[Line]:
    for note in notes:
        yield Line(
            local_day(note.at), "contact", str(note.get_kind_display()), note.text,
            by=note.actor_name, href=address(note.case.uuid, "case"),
        )  # fmt: skip


def _of_flags(flags: Iterable[Flag]) -> Iterator[Line]:
    for flag in flags:
        yield Line(flag.began_on, "finding", reason(flag), tone="due")


def _of_absences(absences: Iterable[AttendanceEvent]) -> Iterator[Line]:
    """One line for each month, in the place of its last event."""
    by_month: dict[tuple[int, int], list[AttendanceEvent]] = {}
    for event in sorted(absences, key=lambda each: each.day):
        by_month.setdefault((event.day.year, event.day.month), []).append(event)
    for events in by_month.values():
        last = events[-1].day
        when = date_format(last, "M Y")
        yield Line(last, "absence", counted_absences(events).words, when=when)


def _of_marks(marks: Iterable[Mark]) -> Iterator[Line]:
    """One line for each term; a mark says the term and not its dates."""
    by_term: dict[tuple[int, str], list[Mark]] = {}
    for mark in marks:
        by_term.setdefault((mark.school_year, mark.term), []).append(mark)
    for (year, term), told in by_term.items():
        when = f"{term} {year - 1}–{year % 100:02}"
        each_mark = "; ".join(f"{each.course} {each.mark}".strip() for each in told)
        yield Line(_after_term(year, term), "credit", earned_of(told), each_mark, when=when)


def _after_term(school_year: int, term: str) -> date:
    """Where a term stands among the days: its own last day is not reported with marks."""
    month = {"Q1": 10, "S1": 1, "Q2": 1, "Q3": 3}.get(term, 6)
    return date(school_year - 1 if month > 7 else school_year, month, 28)


def earned_of(marks: Iterable[Mark]) -> str:
    """Say how many credits were earned of how many attempted, as far as marks say so."""
    told = [each for each in marks if each.credits_earned is not None]
    if not told:
        return _("Marks without credits")
    earned = sum((each.credits_earned or Decimal(0) for each in told), Decimal(0))
    attempted = sum((each.credits_attempted or Decimal(0) for each in told), Decimal(0))
    return _("%(earned)s of %(attempted)s credits earned") % {
        "earned": plain(earned), "attempted": plain(attempted),
    }  # fmt: skip


def age_on(birth_on: date | None, day: date) -> str:
    """Say how old somebody is on `day`; near the 21st birthday, how long is left to finish."""
    if birth_on is None:
        return ""
    months = (day.year - birth_on.year) * 12 + day.month - birth_on.month
    months -= day.day < birth_on.day
    age = ngettext("%(n)d year old", "%(n)d years old", months // 12) % {"n": months // 12}
    left = 21 * 12 - months
    if months // 12 < 14 or left <= 0:
        return age
    span = (
        ngettext("%(n)d year", "%(n)d years", left // 12) % {"n": left // 12} if left >= 24
        else ngettext("%(n)d month", "%(n)d months", left) % {"n": left}
    )  # fmt: skip
    return _("%(age)s, %(span)s to 21") % {"age": age, "span": span}
