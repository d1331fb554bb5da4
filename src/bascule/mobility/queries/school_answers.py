"""How schools answered what was asked of them, releases and offered seats, from the log alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE as SEE_CASE
from bascule.directory.models import Organization
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.mobility.models import SeatHold

RELEASE, OFFER = "release", "offer"


@dataclass(frozen=True)
class Duty:
    """What a school owes an answer to: the state that asks, whose school, how it is answered.

    `silence` names the steps that somebody takes because the school did not answer.
    """

    state: str
    school: Any
    answers: frozenset[str]
    silence: frozenset[str] = frozenset()


_HELD = SeatHold.objects.filter(case=OuterRef("case"), held_at=OuterRef("at"))
DUTIES = {
    RELEASE: Duty(
        "release_requested", Coalesce("case__handover__from_school", "case__student__school"),
        frozenset({"release", "refuse_release"}), frozenset({"escalate"}),
    ),
    OFFER: Duty(
        "offered", Subquery(_HELD.values("line__program__school")[:1]),
        frozenset({"accept_offer", "lapse_offer"}),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What the log says after a school was asked: the next step, if one was taken.

    `is_overdue` and `is_closed` tell of the case itself, where no step was taken.
    """

    step: str | None = None
    is_late: bool = False
    is_overdue: bool = False
    is_closed: bool = False


@dataclass(frozen=True)
class Answers:
    """Answers of one school to one duty: in time, not in time, and still within the clock."""

    in_time: int = 0
    late: int = 0
    running: int = 0

    @property
    def owed(self) -> int:
        """How many are to be judged: those within the clock are not yet."""
        return self.in_time + self.late


def how_answered(duty: str, found: Found) -> str:
    """Return what it counts as: in_time, late, running, or apart where nobody is judged.

    Silence is late, whoever ends it. Apart is what was over before the clock ran out without an
    answer of the school: withdrawn, enrolled at once, gone on in another case.
    """
    if found.step is None:
        waits = "late" if found.is_overdue else "running"
        return "apart" if found.is_closed else waits
    if found.is_late or found.step in DUTIES[duty].silence:
        return "late"
    return "in_time" if found.step in DUTIES[duty].answers else "apart"


def asked_of_schools(actor: Actor, duty: str, since: datetime, at: datetime) -> QuerySet[Any]:
    """Return the steps since `since` that asked a school, in cases in sight, the newest first.

    Each with `school_id`, and with what `found_in` reads: how it stands at `at`.
    """
    following = Transition.objects.filter(case=OuterRef("case"), id__gt=OuterRef("id"))
    following = following.order_by("id")
    rows = Transition.objects.filter(
        case__in=SEE_CASE.filter(CaseFile.objects.all(), actor),
        to_state=DUTIES[duty].state, at__gte=since, at__lt=at,
    )  # fmt: skip
    return rows.annotate(
        school_id=DUTIES[duty].school,
        answer=Subquery(following.values("step")[:1], output_field=CharField()),
        answer_late=Subquery(following.values("was_late")[:1], output_field=BooleanField()),
        is_overdue=_is(Q(case__due_at__lt=at)), is_closed=_is(Q(case__closed_at__isnull=False)),
    ).order_by("-at", "-id")  # fmt: skip


def _is(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


READ = ("answer", "answer_late", "is_overdue", "is_closed")


def found_in(row: Mapping[str, Any]) -> Found:
    """Return what the columns READ of a row of `asked_of_schools` say."""
    return Found(row["answer"], *(bool(row[each]) for each in READ[1:]))


def answers_of_schools(
    actor: Actor, duty: str, since: datetime, at: datetime
) -> dict[int, Answers]:
    """Return how each school answered, by its id; one statement, a row a school and outcome."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    asked = asked_of_schools(actor, duty, since, at).order_by().exclude(school_id=None)
    for row in asked.values("school_id", *READ).annotate(n=Count("id")):
        counts[row["school_id"]][how_answered(duty, found_in(row))] += row["n"]
    return {
        school: Answers(count["in_time"], count["late"], count["running"])
        for school, count in counts.items()
    }


def schools_of(actor: Actor) -> QuerySet[Organization]:
    """Return the schools in the actor's remit."""
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    return schools if actor.is_district_wide else schools.filter(pk__in=actor.school_ids)


def networks_of(actor: Actor) -> QuerySet[Organization]:
    """Return the networks that one may narrow to; who answers for some schools needs none."""
    networks = Organization.objects.filter(kind=Organization.Kind.NETWORK).order_by("name", "id")
    return networks if actor.is_district_wide else networks.none()


def network_named(actor: Actor, uuid: str) -> Organization | None:
    """Return the network of an address, or None: of all."""
    return next((each for each in networks_of(actor) if str(each.uuid) == uuid), None)


def asked_schools(
    actor: Actor, asked: Collection[int], network: Organization | None, at: datetime
) -> QuerySet[Organization]:
    """Return those of the schools `asked`, by id, that are in the actor's remit, by name.

    With `network` only those that belong to it on the day of `at`.
    """
    schools = schools_of(actor).filter(pk__in=asked).order_by("name", "id")
    if network is None:
        return schools
    return schools.filter(pk__in=network.members.filter(on(local_day(at))).values("member"))
