"""Adherence: were the steps of a person taken in order and in time? From the log alone.

Version 2 (ADR 0098). In time: before the clock of the state that was left. In order: not back into
a state in which the case had been before. A case that is late now and waits for the person counts
as a step not taken. For coaching, not for ranking (domain/mobility.md 6.1 item 13).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from bascule.access.models import User
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE, SEE_OPEN
from bascule.directory.models import Assignment
from bascule.directory.on_duty import duty_roster, positions_on_duty
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, start_of
from bascule.kernel.school_calendar import school_year_of

VERSION, ROLE = 2, "transition_specialist"
SPANS = ("30", "90", "year")
OPENING = ""
"""What a case was in before it was opened: to open one is no step that was owed."""


@dataclass(frozen=True)
class Kept:
    """The steps of one person: taken, how many of them in time and in order, and late now."""

    user_id: int
    name: str
    taken: int = 0
    in_time: int = 0
    in_order: int = 0
    late_now: int = 0

    @property
    def owed(self) -> int:
        """All steps that were to be taken: the taken ones, and those that wait though late."""
        return self.taken + self.late_now


def steps_taken(
    actor: Actor, users: Collection[int], since: datetime, until: datetime
) -> QuerySet[Transition]:
    """Return the steps that `users` took in cases in sight, each with `is_back`, the newest first.

    `since` is within the span, `until` is not.
    """
    before = Transition.objects.filter(
        case=OuterRef("case"), to_state=OuterRef("to_state"), id__lt=OuterRef("id")
    )
    is_back = ExpressionWrapper(
        Exists(before) & ~Q(to_state=F("from_state")), output_field=BooleanField()
    )
    rows = Transition.objects.filter(
        case__in=SEE.filter(CaseFile.objects.all(), actor),
        user_id__in=users, at__gte=since, at__lt=until,
    ).exclude(from_state=OPENING)  # fmt: skip
    return rows.annotate(is_back=is_back).order_by("-at", "-id")


def kept_by(
    actor: Actor, users: Iterable[User], since: datetime, until: datetime, at: datetime
) -> list[Kept]:
    """Return the adherence of each of `users`, by name; three statements, whatever the number."""
    known = {user.pk: Kept(user.pk, str(user.person)) for user in users}
    rows = steps_taken(actor, list(known), since, until).order_by().values("user_id").annotate(
        taken=Count("id"), in_time=Count("id", filter=Q(was_late=False)),
        in_order=Count("id", filter=Q(is_back=False)),
    )  # fmt: skip
    for row in rows:
        known[row["user_id"]] = replace(known[row["user_id"]], **row)
    for user_id, late in _late_now(actor, known, at).items():
        known[user_id] = replace(known[user_id], late_now=late)
    return sorted(known.values(), key=lambda each: each.name)


def _late_now(actor: Actor, users: Collection[int], at: datetime) -> dict[int, int]:
    """Return how many late cases in sight wait for each of `users`, who is on duty for them."""
    people = dict(User.objects.filter(pk__in=users).values_list("person_id", "pk"))
    roster = duty_roster(local_day(at))
    late: dict[int, int] = {}
    counted = late_cases(actor, at).order_by().values_list("owner_id").annotate(n=Count("id"))
    for owner, count in counted:
        user = people.get(roster[owner].person_id or 0)
        if user is not None:
            late[user] = late.get(user, 0) + count
    return late


def late_cases(actor: Actor, at: datetime) -> QuerySet[CaseFile]:
    """Return the open cases in sight whose clock has run out, the longest late first."""
    rows = SEE_OPEN.filter(CaseFile.objects.filter(closed_at=None, due_at__lt=at), actor)
    return rows.order_by("due_at", "id")


def late_cases_of(actor: Actor, person_id: int, at: datetime) -> QuerySet[CaseFile]:
    """Return the late cases in sight that wait for one person, who is on duty for them."""
    mine = positions_on_duty(person_id, local_day(at))
    return late_cases(actor, at).filter(owner__in=mine).select_related("student__school", "owner")


def people_judged(actor: Actor, since: datetime, until: datetime) -> QuerySet[User]:
    """Return the specialists of a span whose figures the actor sees: all, or only one's own.

    Who sees the board sees all. A specialist is who held such a position on a day of the span.
    """
    first, last = local_day(since), local_day(until)
    held = Assignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last, position__role=ROLE
    )
    people = User.objects.filter(person__in=held.values("person")).select_related("person")
    return people if actor.may("see_board") else people.filter(pk=actor.user_id)


def begin_of(span: str, day: date) -> datetime:
    """Return when a span up to `day` begins: so many days before, or with the school year (July 1).

    Raises ValueError for a span that is neither a number of days nor "year".
    """
    if span == "year":
        return start_of(date(school_year_of(day) - 1, 7, 1))
    return start_of(day - timedelta(days=int(span)))
