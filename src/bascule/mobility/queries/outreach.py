"""Inactive students to be reached: the list by bands, and what the bands are made of.

The list reads the bands of last night (ADR 0099); what was tried is read live.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.school_calendar import CalendarTooShortError, SchoolCalendar
from bascule.mobility.attempts import KINDS, Attempts, weighed
from bascule.mobility.outreach_bands import DIMENSIONS, LIMITS, Facts
from bascule.roster.models import AttendanceDay, AttendanceEvent, Guardianship, Mark, Student

REENGAGEMENT = "reengagement"
TO_REACH = ("found", "reaching")
"""The states of a re-engagement case in which the student is still to be reached."""
IS_DRAWN = Q(outreach_bands__first_kind__gt="")
FIRST = len(DIMENSIONS) + 1
FULL, HALF = Decimal(1), Decimal("0.5")
MISSED: Mapping[str, Decimal] = {
    AttendanceEvent.Kind.ABSENT_UNEXCUSED: FULL, AttendanceEvent.Kind.ABSENT_EXCUSED: FULL,
    AttendanceEvent.Kind.ABSENT_HALF_UNEXCUSED: HALF,
    AttendanceEvent.Kind.ABSENT_HALF_EXCUSED: HALF,
}  # fmt: skip
Span = tuple[date, date]


def to_reach() -> QuerySet[CaseFile]:
    """Return the open re-engagement cases whose student is still to be reached."""
    return CaseFile.objects.filter(
        workflow=REENGAGEMENT, state__in=TO_REACH, closed_at__isnull=True, student__isnull=False
    )


def undrawn_cases(since: datetime) -> QuerySet[CaseFile]:
    """Return the cases to be reached that may be drawn: opened since, and nothing tried yet.

    Of no restricted one anything is drawn: what the lot shows is told to who may not know of it.
    """
    tried = Note.objects.filter(case=OuterRef("pk"), kind__in=KINDS)
    new = to_reach().filter(opened_at__gte=since, tier=CaseFile.Tier.STUDENT)
    return new.filter(~Exists(tried), outreach_bands__isnull=True)


def outreach(actor: Actor, bands: Mapping[str, str]) -> QuerySet[CaseFile]:
    """Return whom to reach of those in sight, narrowed to a band in some of the dimensions.

    Who was drawn by lot comes first, whatever the bands, and then the most high bands; within
    these by the clock. Who has no bands yet comes last.
    """
    highs = Case(When(IS_DRAWN, then=Value(FIRST)), default=F("outreach_bands__highs"),
                 output_field=IntegerField())  # fmt: skip
    rows = _narrowed(actor, bands).order_by(highs.desc(nulls_last=True), "due_at", "id")
    return rows.select_related("student__school", "owner", "outreach_bands")


def _narrowed(actor: Actor, bands: Mapping[str, str]) -> QuerySet[CaseFile]:
    wanted = {f"outreach_bands__{key}": band for key, band in bands.items()}
    return SEE.filter(to_reach().filter(**wanted), actor)


def band_counts(actor: Actor, bands: Mapping[str, str]) -> dict[str, Counter[str]]:
    """Count whom to reach by dimension and band, each as narrowed by the other dimensions.

    One statement: the counts are summed here from those of each combination of bands.
    """
    columns = [f"outreach_bands__{key}" for key in DIMENSIONS]
    rows = _narrowed(actor, {}).order_by().values_list(*columns).annotate(n=Count("id"))
    found: dict[str, Counter[str]] = {key: Counter() for key in DIMENSIONS}
    for *combination, count in rows:
        had = dict(zip(DIMENSIONS, combination, strict=True))
        for key in DIMENSIONS:
            if had[key] and all(had[other] == band for other, band in bands.items()
                                if other != key):  # fmt: skip
                found[key][had[key]] += count
    return found


def attempts_by_case(cases: Collection[CaseFile], at: datetime) -> dict[int, Attempts]:
    """Return what the contacts noted on each case amount to at an instant. One query."""
    noted: dict[int, list[tuple[str, date]]] = {case.pk: [] for case in cases}
    rows = Note.objects.filter(case__in=noted).order_by("at", "id")
    for case, kind, when in rows.values_list("case_id", "kind", "at"):
        noted[case].append((kind, local_day(when)))
    day, calendar = local_day(at), school_calendar()
    return {case: weighed(contacts, day, calendar) for case, contacts in noted.items()}


@dataclass(frozen=True)
class Answered:
    """What became of the attempts of one case."""

    answered_on: date | None
    unanswered: int
    dead: int


def outreach_facts(cases: Sequence[CaseFile], day: date) -> dict[int, Facts]:
    """Return, by case, what the bands are made of, of what the asking role may see.

    The cases come with their students. Seven queries, whatever their number.
    """
    students = {case.student_id: case.student for case in cases if case.student}
    numbers, credits = _numbers(students), _credits(students)
    missed = _missed(students.values(), day)
    answers = _answers([case.pk for case in cases], day)
    found = {}
    for case in cases:
        student, said = students[case.student_id], answers[case.pk]
        absent, sessions = missed.get(student.pk, (None, 0))
        found[case.pk] = Facts(
            day=day, numbers=numbers[student.pk], dead=said.dead, answered_on=said.answered_on,
            unanswered=said.unanswered, left_on=student.left_on, grade=student.grade,
            absent=absent, sessions=sessions, birth_on=student.birth_on,
            credits=credits.get(student.pk),
        )  # fmt: skip
    return found


def _numbers(students: Iterable[int | None]) -> Counter[int]:
    """Count the different numbers of each student's own family."""
    links = Guardianship.objects.filter(
        student__in=students, ended_at__isnull=True, guardian__ended_at__isnull=True
    )
    rows = links.order_by().values_list("student_id", "guardian__phone", "guardian__sms")
    return Counter(
        student for student, _number in {(row[0], each) for row in rows for each in row[1:] if each}
    )


def _credits(students: Iterable[int | None]) -> dict[int, Decimal | None]:
    """Return the credits earned by student; none where no mark says any."""
    marks = Mark.objects.filter(student__in=students, ended_at__isnull=True).order_by()
    rows = marks.values_list("student_id").annotate(earned=Sum("credits_earned"))
    return dict(rows)


def _answers(cases: Sequence[int], day: date) -> dict[int, Answered]:
    """Return what became of the attempts up to `day`, since the last answer.

    An attempt of which nobody said what became of it says nothing.
    """
    noted: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rows = Note.objects.filter(case__in=cases, kind__in=KINDS).order_by("at", "id")
    for case, outcome, at in rows.values_list("case_id", "outcome", "at"):
        if local_day(at) <= day:
            noted[case].append((local_day(at), outcome))
    return {case: _answered(noted[case]) for case in cases}


def _answered(contacts: Sequence[tuple[date, str]]) -> Answered:
    last = max(
        (place for place, (_on, said) in enumerate(contacts) if said == Note.Outcome.ANSWERED),
        default=-1,
    )
    since = [said for _on, said in contacts[last + 1 :] if said]
    dead = since.count(Note.Outcome.DEAD)
    return Answered(contacts[last][0] if last >= 0 else None, len(since), dead)


def _missed(students: Iterable[Student], day: date) -> dict[int, tuple[Decimal, int]]:
    """Return days missed of the last school days before leaving, where all of them are known."""
    calendar, kept_since = school_calendar(), _attendance_since(day)
    spans = {student.pk: span for student in students
             if (span := _last_days(student, calendar))}  # fmt: skip
    told = _told_spans({student.school_id for student in students})
    known = {
        student.pk: spans[student.pk] for student in students
        if student.pk in spans and kept_since <= spans[student.pk][0]
        and _is_within(spans[student.pk], told.get(student.school_id))
    }  # fmt: skip
    missed: dict[int, Decimal] = defaultdict(Decimal)
    events = AttendanceEvent.objects.filter(
        student__in=known, ended_at__isnull=True, kind__in=MISSED
    )
    for student, on, kind in events.order_by().values_list("student_id", "day", "kind"):
        first, last = known[student]
        missed[student] += MISSED[kind] if first <= on <= last else 0
    return {pk: (missed[pk], calendar.school_days_between(*span)) for pk, span in known.items()}


def _last_days(student: Student, calendar: SchoolCalendar) -> Span | None:
    """Return the last school days before leaving, at most as many as are looked at."""
    if student.left_on is None or student.entered_on is None:
        return None
    try:
        first = calendar.school_days_before(student.left_on, LIMITS.absence_days - 1)
    except CalendarTooShortError:
        return None
    return max(first, student.entered_on), student.left_on


def _told_spans(schools: Iterable[int | None]) -> dict[int | None, Span]:
    """Return from when to when each school has told attendance."""
    told = AttendanceDay.objects.filter(school__in=schools, ended_at__isnull=True).order_by()
    rows = told.values_list("school_id").annotate(first=Min("day"), last=Max("day"))
    return {school: (first, last) for school, first, last in rows}


def _is_within(span: Span, whole: Span | None) -> bool:
    return whole is not None and whole[0] <= span[0] and span[1] <= whole[1]


def _attendance_since(day: date) -> date:
    """Return since when events of attendance are kept (database function)."""
    with connection.cursor() as cursor:
        since = "greatest(roster_attendance_since(%s::date), '0001-01-01'::date)"
        cursor.execute(f"select {since}", [day])
        return cast("date", cursor.fetchone()[0])
