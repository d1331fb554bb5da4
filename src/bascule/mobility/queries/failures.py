"""Patterns of the office's own failures, masked: nothing in one tells whose it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE as SEE_CASE
from bascule.kernel.actor import Actor

FEWEST = 10
"""How many students stand behind a pattern at least."""
LOOKED_BACK = timedelta(days=365)
HIGH_SCHOOL = ("09", "10", "11", "12")
BY = ("case__workflow", "from_state", "cause", "band")


class Median(Aggregate):
    """The middle one, or the mean of the middle two."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"


@dataclass(frozen=True)
class Failure:
    """A state whose clock ran out for at least ten students, and the median hours in it."""

    workflow: str
    state: str
    root_cause: str
    grade_band: str
    hours: int
    students: int

    @property
    def key(self) -> str:
        """What a form calls it."""
        return "|".join((self.workflow, self.state, self.root_cause, self.grade_band))


def failures(actor: Actor, at: datetime) -> list[Failure]:
    """Return the patterns of the 365 days up to `at`, over the actor's own sight; most first.

    Closed cases of the open tier in which a step came after the clock had run out, by workflow,
    state, root cause and grade band. Hours are whole, half-up: how long the cases stood there.
    """
    rows = _late_steps(actor, at).values(*BY)
    counted = rows.annotate(
        students=Count("case__student", distinct=True),
        median=Median(ExpressionWrapper(F("at") - F("since"), DurationField())),
    )  # fmt: skip
    found = [_failure(row) for row in counted.filter(students__gte=FEWEST)]
    return sorted(found, key=lambda each: (-each.students, each.key))


def _late_steps(actor: Actor, at: datetime) -> Any:
    closed = CaseFile.objects.filter(
        closed_at__isnull=False, tier=CaseFile.Tier.STUDENT, student__isnull=False
    )
    before = Transition.objects.filter(case=OuterRef("case"), id__lt=OuterRef("id"))
    said = Transition.objects.filter(case=OuterRef("case"), answers__has_key="root_cause")
    return Transition.objects.filter(
        case__in=SEE_CASE.filter(closed, actor), was_late=True, at__gt=at - LOOKED_BACK, at__lte=at
    ).annotate(
        since=Subquery(before.order_by("-id").values("at")[:1]),
        cause=Coalesce(
            Subquery(said.order_by("-id").values(said=KT("answers__root_cause"))[:1]),
            Value(""), output_field=TextField(),
        ),
        band=Case(
            When(case__student__grade__in=HIGH_SCHOOL, then=Value("9-12")),
            When(case__student__grade="", then=Value("")),
            default=Value("PK-8"), output_field=CharField(),
        ),
    ).order_by()  # fmt: skip


def _failure(row: dict[str, Any]) -> Failure:
    half_hours = row["median"] // timedelta(minutes=30) if row["median"] else 0
    return Failure(
        workflow=row["case__workflow"], state=row["from_state"], root_cause=row["cause"],
        grade_band=row["band"], hours=(half_hours + 1) // 2, students=row["students"],
    )  # fmt: skip
