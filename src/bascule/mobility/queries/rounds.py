"""Questions about rounds: who waits for a seat, who can take part and who cannot, and why."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet, Sum

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE as SEE_CASE
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.school_calendar import YEAR_TURNS, school_year_of
from bascule.mobility.models import PlacementRound, RoundResult, SeatLine
from bascule.mobility.placement_facts import ProgramFacts, StudentFacts
from bascule.mobility.policies import SEE_RESULT
from bascule.mobility.queries.programs import programs_with
from bascule.mobility.queries.seats import Standing, current_lines, standings
from bascule.mobility.rounds import ALL, RETURNS, WAITED, Choice, Entrant, choice_of
from bascule.roster.models import Mark, Stint, Student

OPTIONS_TRANSFER = "options_transfer"
WAITING = ("counseling", "waitlisted")
"""States of a transfer in which a student waits for a seat."""
Window = tuple[str, date, date]


@dataclass(frozen=True)
class Waiting:
    """A transfer that waits: with its student's choices, or why it takes no part.

    `why_not` is "unranked" (no ranking is recorded), "closed" (nothing of it is open), or nothing.
    `others` are the open programs that the student has not ranked.
    """

    case: CaseFile
    choices: tuple[Choice, ...]
    others: tuple[Choice, ...]
    why_not: str

    @property
    def entrant(self) -> Entrant:
        """The student as the round knows them."""
        return Entrant(str(self.case.student.uuid) if self.case.student else "", self.choices)


def windows_to_come(day: date) -> list[Window]:
    """Return the start windows of general seats that are not over on `day`: name and days."""
    lines = SeatLine.objects.filter(ends_on__gte=day, service=SeatLine.Service.GENERAL)
    rows = lines.order_by("starts_on", "window").values("window", "starts_on")
    return list(rows.annotate(last=Max("ends_on")).values_list("window", "starts_on", "last"))


def lines_of(placement: PlacementRound) -> QuerySet[SeatLine]:
    """Return the general lines of the window of a round, by school.

    Seats with a service are offered one by one, by who may know who needs one.
    """
    lines = current_lines(placement.starts_on)
    return lines.filter(
        window=placement.window, starts_on=placement.starts_on, service=SeatLine.Service.GENERAL
    )


def waiting_transfers(actor: Actor) -> QuerySet[CaseFile]:
    """Return the open transfers in the actor's sight that wait for a seat, by student."""
    rows = CaseFile.objects.filter(
        workflow=OPTIONS_TRANSFER, state__in=WAITING, tier=CaseFile.Tier.STUDENT,
        student__isnull=False, closed_at__isnull=True, absorbed_by__isnull=True,
    )  # fmt: skip
    seen = SEE_CASE.filter(rows, actor).select_related("student__school")
    return seen.order_by("student__sort_name", "id")


def waiting_for(
    actor: Actor, placement: PlacementRound, at: datetime
) -> tuple[list[Waiting], list[Standing]]:
    """Return every waiting transfer in sight, as the round would take it, and the lines' standing.

    The number of queries does not grow with the students. What is restricted is not asked for.
    """
    standing = standings(lines_of(placement), at)
    programs = {each.key: each for each in programs_with(standing)}
    cases = list(waiting_transfers(actor))
    students = [case.student for case in cases if case.student]
    known = _Known(students, programs, placement, at)
    return [_waiting(case, known) for case in cases], standing


class _Known:
    """What the rules of a round need to know of its students, read at once."""

    def __init__(
        self,
        students: Sequence[Student],
        programs: Mapping[str, ProgramFacts],
        placement: PlacementRound,
        at: datetime,
    ) -> None:
        self.day, self.programs = local_day(at), programs
        ids = [student.pk for student in students]
        earned = Mark.objects.filter(student__in=ids, ended_at__isnull=True).values("student")
        self.credits = dict(earned.annotate(Sum("credits_earned")).values_list(
            "student", "credits_earned__sum"
        ))  # fmt: skip
        options = Organization.objects.filter(is_options=True, kind=Organization.Kind.SCHOOL)
        stints = Stint.objects.filter(student__in=ids, school__in=options)
        self.attended: dict[int, set[str]] = defaultdict(set)
        for student, school in stints.values_list("student_id", "school__uuid"):
            self.attended[student].add(str(school))
        self.passed_over = _passed_over(ids, placement)

    def facts(self, student: Student) -> StudentFacts:
        """Return what decides whether a program is open to a student, and nothing restricted."""
        school = student.school
        return StudentFacts(
            day=self.day, birth_on=student.birth_on, grade=student.grade,
            credits=self.credits.get(student.pk), needs=None,
            school=str(school.uuid) if school else "", school_name=school.name if school else "",
            place=None, is_enrolled=student.is_enrolled,
        )  # fmt: skip

    def priority(self, student: Student, program: ProgramFacts) -> int:
        """Return the first group of PRIORITIES in which a student is at a program."""
        if program.school in self.attended[student.pk]:
            return RETURNS
        return WAITED if student.pk in self.passed_over else ALL


def _passed_over(students: Collection[int], placement: PlacementRound) -> set[int]:
    """Return who got no seat in an earlier round of the school year that this round's window is of.

    A school year runs from 1 July; rounds that were cancelled do not count.
    """
    opens = placement.starts_on
    first = date(school_year_of(opens) - 1, YEAR_TURNS, 1)
    earlier = RoundResult.objects.filter(
        student__in=students, line__isnull=True, number__isnull=False, left_at__isnull=True,
        round__state=PlacementRound.State.OFFERED, round__starts_on__gte=first,
        round__starts_on__lte=placement.starts_on,
    ).exclude(round=placement)  # fmt: skip
    return set(earlier.values_list("student_id", flat=True))


def _waiting(case: CaseFile, known: _Known) -> Waiting:
    ranked: list[str] = case.particulars.get("ranked", [])
    every = {each.program: each for each in _choices(case, known)}
    choices = tuple(every[key] for key in ranked if key in every)
    others = tuple(each for key, each in every.items() if key not in ranked and each.lines)
    is_open = any(each.lines for each in choices)
    return Waiting(case, choices, others, "" if is_open else "closed" if choices else "unranked")


def _choices(case: CaseFile, known: _Known) -> Iterator[Choice]:
    """Yield every program as a choice of the student."""
    if student := case.student:
        facts = known.facts(student)
        for program in known.programs.values():
            yield choice_of(facts, program, known.priority(student, program))


def results_of(actor: Actor, placement: PlacementRound) -> QuerySet[RoundResult]:
    """Return the results of a round for the students in sight who still wait, by number."""
    rows = RoundResult.objects.filter(round=placement, left_at__isnull=True)
    seen = SEE_RESULT.filter(rows, actor)
    return seen.select_related("case", "student__school", "line__program__school").order_by(
        "number", "student__sort_name", "id"
    )


def latest_result(case: CaseFile) -> RoundResult | None:
    """Return the newest result of a case, with its round, or None. The case must be in view."""
    rows = RoundResult.objects.filter(case=case, left_at__isnull=True).exclude(
        round__state=PlacementRound.State.CANCELLED
    )
    return rows.select_related("round").order_by("-round__prepared_at", "-id").first()
