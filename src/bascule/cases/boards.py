"""The board: how much is open and late, with whom, in which state and network, and for how long.

A number is counted over the rows of a `Part`, and the list of cases shows the same part: the two
agree. Restricted cases count for those alone who may know of them, as everywhere.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE_OPEN
from bascule.cases.registry import workflows
from bascule.directory.models import Membership, Organization
from bascule.directory.queries import on, school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, start_of
from bascule.kernel.named_sql import named_sql

MEDIANS_OVER = timedelta(days=30)
CLAIM = "claim"
"""The step by which a desk takes up a request that somebody submitted."""
SCHOOLS, NO_NETWORK = "schools", "none"
State = tuple[str, str]
BY_OWNER, BY_STATE = 0b0111, 0b1001  # which of four columns a row was not grouped by: loads.sql


@dataclass(frozen=True)
class Load:
    """Open cases, and how many of them are late."""

    open: int = 0
    late: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.open + other.open, self.late + other.late)


@dataclass(frozen=True)
class Part:
    """Which open cases are meant; what is empty narrows nothing.

    `desk` is the uuid of a position, or "schools" for those of all positions in schools; `network`
    the uuid of a network, or "none" for students of no school and schools of no network.
    """

    desk: str = ""
    network: str = ""
    workflow: str = ""
    state: str = ""
    is_late: bool = False
    is_unclaimed: bool = False

    def __bool__(self) -> bool:
        return self != Part()


@dataclass(frozen=True)
class Loads:
    """The loads of what is open in sight: by owner, by state of a workflow, by school."""

    by_owner: dict[int, Load]
    by_state: dict[State, Load]
    by_school: dict[int | None, Load]


def loads(actor: Actor, at: datetime) -> Loads:
    """Count what is open and late in the actor's sight. One statement, whatever the number."""
    rows = SEE_OPEN.filter(CaseFile.objects.filter(closed_at=None), actor).order_by()
    columns = rows.values("owner_id", "workflow", "state", "school_id", "due_at")
    found = Loads({}, {}, {})
    with connection.cursor() as cursor, suppress(EmptyResultSet):  # of nobody's sight
        statement, params = columns.query.sql_with_params()
        cursor.execute(named_sql("cases", "loads").format(rows=statement), [at, *params])
        for set_of, owner, workflow, state, school, *load in cursor.fetchall():
            if set_of == BY_OWNER:
                found.by_owner[owner] = Load(*load)
            elif set_of == BY_STATE:
                found.by_state[workflow, state] = Load(*load)
            else:
                found.by_school[school] = Load(*load)
    return found


def loads_by_network(found: Loads, day: date) -> dict[int | None, Load]:
    """Return the load of each network that has a school on `day`; None: of no network."""
    network_of = dict(_of_networks(day).values_list("member_id", "parent_id"))
    added: dict[int | None, Load] = dict.fromkeys(network_of.values(), Load())
    for school, load in found.by_school.items():
        network = network_of.get(school or 0)
        added[network] = added.get(network, Load()) + load
    return added


def cases_in(rows: QuerySet[CaseFile], part: Part, at: datetime) -> QuerySet[CaseFile]:
    """Keep of open cases those of a part: the same predicates that the board counts."""
    return rows.filter(predicate_of(part, at))


def counts_of(rows: QuerySet[CaseFile], parts: Sequence[Part], at: datetime) -> list[int]:
    """Return how many of `rows` each part holds. One statement over them, none for no part."""
    if not parts:
        return []
    counted = {
        f"part_{place}": Count("pk", filter=predicate_of(part, at))
        for place, part in enumerate(parts)
    }
    return list(rows.order_by().aggregate(**counted).values())


def predicate_of(part: Part, at: datetime) -> Q:
    """Return what the open cases of a part have in common; of the whole, nothing."""
    return reduce(and_, _predicates(part, at), Q())


def _predicates(part: Part, at: datetime) -> Iterable[Q]:
    if part.desk == SCHOOLS:
        yield Q(owner__organization__kind=Organization.Kind.SCHOOL)
    elif part.desk:
        yield Q(owner__uuid=uuid_in(part.desk))
    if part.network:
        yield _in_network(part.network, local_day(at))
    if part.workflow:
        yield Q(workflow=part.workflow)
    if part.state:
        yield Q(state=part.state)
    if part.is_late:
        yield Q(due_at__lt=at)
    if part.is_unclaimed:
        yield _unclaimed(at)


def uuid_in(text: str) -> UUID:
    """Read an id from an address; what is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _in_network(network: str, day: date) -> Q:
    members = _of_networks(day)
    if network == NO_NETWORK:
        known = list(members.values_list("member_id", flat=True))
        return Q(school_id=None) | ~Q(school_id__in=known)
    of_one = members.filter(parent__uuid=uuid_in(network))
    return Q(school_id__in=list(of_one.values_list("member_id", flat=True)))


def _of_networks(day: date) -> QuerySet[Membership]:
    return Membership.objects.filter(
        on(day), member__kind=Organization.Kind.SCHOOL, parent__kind=Organization.Kind.NETWORK
    )


def unclaimed(actor: Actor, at: datetime) -> QuerySet[CaseFile]:
    """Return the requests that wait for a desk longer than a school day, oldest first.

    None may (domain/mobility.md 6.1 item 12); a request of Friday afternoon is not a day old on
    Monday morning.
    """
    rows = SEE_OPEN.filter(CaseFile.objects.filter(_unclaimed(at), closed_at=None), actor)
    return rows.select_related("student__school", "owner").order_by("entered_state_at", "id")


def _unclaimed(at: datetime) -> Q:
    waits = Q(pk__in=[])
    for workflow in workflows():
        for step in workflow.steps:
            if step.key == CLAIM:
                waits |= Q(workflow=workflow.key, state__in=step.from_)
    return waits & Q(entered_state_at__lt=_a_school_day_before(at))


def _a_school_day_before(at: datetime) -> datetime:
    """Return the instant before which everything is older than a whole school day at `at`."""
    calendar, day = school_calendar(), local_day(at)
    closed = calendar.is_school_day(day) and calendar.end_of(day) < at
    return start_of(day if closed else calendar.school_days_before(day, 1))


@dataclass(frozen=True)
class Stay:
    """How long cases stood in a state that they left of late: the median hours, of how many."""

    hours: float
    cases: int


def hours_in_states(at: datetime) -> dict[State, Stay]:
    """Return how long cases stood in each state that they left in the last 30 days.

    Of cases that are not restricted: the figure is the same for everybody. For the night, which
    reads every step of those cases; a page shows what it kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(named_sql("cases", "hours_in_states"), {"since": at - MEDIANS_OVER})
        rows: Sequence[tuple[str, str, float, int]] = cursor.fetchall()
    return {(workflow, state): Stay(float(hours), n) for workflow, state, hours, n in rows}
