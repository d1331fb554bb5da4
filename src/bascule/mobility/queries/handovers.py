"""Questions about handovers: what is owed, what the SIS was told, what the roster answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE as SEE_CASE
from bascule.kernel.actor import Actor
from bascule.mobility.models import Handover, RosterAnswer, SeatHold
from bascule.roster.models import Student

MOVES = ("options_transfer", "options_to_options")
"""The workflows by which a school releases a student to an Options school."""
OWED = ("release_requested", "release_escalated")
"""The states in which the sending school owes a release."""


def told_handovers() -> QuerySet[Handover]:
    """Return the handovers that the SIS was told of; `roster_says` is the latest answer's kind."""
    answers = RosterAnswer.objects.filter(handover=OuterRef("pk")).values("kind")
    rows = Handover.objects.filter(told_at__isnull=False, taken_back_at=None)
    rows = rows.select_related("case", "student", "from_school", "to_school")
    return rows.annotate(roster_says=Subquery(answers[:1]))


def under_way(student_id: int) -> QuerySet[Handover]:
    """Return the moves of a student that are signed and not settled yet.

    They are settled by the roster that confirms them, or by whoever finds that the SIS is right.
    """
    confirmed = RosterAnswer.objects.filter(
        handover=OuterRef("pk"), kind=RosterAnswer.Kind.CONFIRMED
    )
    denied = CaseFile.objects.filter(workflow="sis_disagrees", state="sis_is_right")
    given_up = denied.annotate(handover_uuid=KT("particulars__handover")).filter(
        handover_uuid=Cast(OuterRef("uuid"), TextField())
    )
    rows = Handover.objects.filter(student=student_id, taken_back_at=None)
    rows = rows.exclude(Exists(confirmed)).exclude(Exists(given_up))
    return rows.select_related("to_school").order_by("id")


def latest_answers(handovers: Sequence[Handover]) -> dict[int, RosterAnswer]:
    """Return the latest answer of the roster about each handover that has one, by its id."""
    answers = RosterAnswer.objects.filter(handover__in=handovers)
    latest = answers.order_by("handover_id", "-at", "-id").distinct("handover_id")
    return {each.handover_id: each for each in latest}


@dataclass(frozen=True)
class Owed:
    """A release that a school owes: since when, for which first day, at which school."""

    case: CaseFile
    student: Student
    asked_at: datetime
    first_day: date | None
    to_school: str


def as_owed(rows: Iterable[Any]) -> list[Owed]:
    """Return rows of `owed_releases` with what was asked of them."""
    return [
        Owed(
            row, row.student, row.asked_at or row.entered_state_at,
            date.fromisoformat(row.first_day) if row.first_day else None,
            ", ".join(hold.line.program.school.name for hold in row.accepted),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Debt:
    """What one school owes: releases, and the hours since each was asked for, added up."""

    school: str
    releases: int
    hours: int


def debts(actor: Actor, at: datetime) -> list[Debt]:
    """Return what each school owes of the releases in sight at `at`, the longest debt first."""
    hours: dict[str, list[int]] = defaultdict(list)
    rows = _owed_rows(actor).filter(student__school__isnull=False)
    for school, asked_at, entered_at in rows.values_list(
        "student__school__name", "asked_at", "entered_state_at"
    ):
        hours[school].append(int((at - (asked_at or entered_at)).total_seconds() // 3600))
    owed = [Debt(school, len(each), sum(each)) for school, each in hours.items()]
    return sorted(owed, key=lambda debt: (-debt.hours, debt.school))


def owed_releases(actor: Actor) -> QuerySet[CaseFile]:
    """Return the transfers in the actor's sight that wait for a release, the longest first.

    Who does not work on cases sees those that the own schools owe.
    """
    seats = SeatHold.objects.filter(ended_at=None).select_related("line__program__school")
    return (
        _owed_rows(actor)
        .annotate(first_day=Subquery(ASKED.values("answers__first_day")[:1]))
        .select_related("student__school")
        .prefetch_related(Prefetch("seat_holds", seats, to_attr="accepted"))
        .order_by("asked_at", "id")
    )


ASKED = Transition.objects.filter(case=OuterRef("pk"), step="finish_intake").order_by("-at")
"""The steps by which the receiving school asked for the release, the last one first."""


def _owed_rows(actor: Actor) -> QuerySet[Any]:
    """Return them with `asked_at`, an annotation of which mypy's plugin does not know."""
    rows = CaseFile.objects.filter(workflow__in=MOVES, state__in=OWED, closed_at=None)
    if not actor.may("work_cases"):
        rows = rows.filter(student__school__in=actor.school_ids)
    return SEE_CASE.filter(rows, actor).annotate(asked_at=Subquery(ASKED.values("at")[:1]))
