"""How the releases that were asked of schools went, from the log alone."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE as SEE_CASE
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor

ASKED = "release_requested"


@dataclass(frozen=True)
class Releases:
    """Releases asked of one school: answered in time, not in time, and still within the clock."""

    school: Organization
    in_time: int = 0
    late: int = 0
    running: int = 0

    @property
    def owed(self) -> int:
        """How many are to be judged: those within the clock are not yet."""
        return self.in_time + self.late


def releases_asked(actor: Actor, since: datetime, until: datetime) -> QuerySet[Any]:
    """Return the steps that asked a school for a release, in cases in sight, the newest first.

    Each with `sending`, the id of the school, and with the step that answered: `answer` (null: none
    yet), `answer_late`. To the Lead it goes because nobody answered, unless the school refused.
    """
    following = Transition.objects.filter(case=OuterRef("case"), id__gt=OuterRef("id"))
    following = following.order_by("id")
    rows = Transition.objects.filter(
        case__in=SEE_CASE.filter(CaseFile.objects.all(), actor),
        to_state=ASKED, at__gte=since, at__lt=until,
    )  # fmt: skip
    return rows.annotate(
        sending=Coalesce("case__handover__from_school", "case__student__school"),
        answer=Subquery(following.values("step")[:1], output_field=CharField()),
        answer_late=Subquery(following.values("was_late")[:1], output_field=BooleanField()),
        due_at=F("case__due_at"),
    ).order_by("-at", "-id")


def kept_releases(actor: Actor, since: datetime, until: datetime, at: datetime) -> list[Releases]:
    """Return for each school in the actor's remit how its releases went, by name."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    asked = releases_asked(actor, since, until)
    for school, answer, is_late, due_at in asked.values_list(
        "sending", "answer", "answer_late", "due_at"
    ):
        if school is not None:
            counts[school][how_answered(answer, is_late, due_at, at)] += 1
    schools = schools_of(actor).filter(pk__in=counts).order_by("name")
    return [Releases(school, **counts[school.pk]) for school in schools]


def schools_of(actor: Actor) -> QuerySet[Organization]:
    """Return the schools in the actor's remit."""
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    return schools if actor.is_district_wide else schools.filter(pk__in=actor.school_ids)


def how_answered(
    answer: str | None, is_late: bool | None, due_at: datetime | None, at: datetime
) -> str:
    """Return what a release counts as: in_time, late or running.

    One that goes to the Lead because nobody answered is late, whoever took that step.
    """
    if answer is None:
        return "late" if due_at is not None and due_at < at else "running"
    return "late" if is_late or answer == "escalate" else "in_time"
