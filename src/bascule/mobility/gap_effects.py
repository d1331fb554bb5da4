"""Questions about gaps: how many tickets each cause closed, before a decision and after it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from bascule.cases.models import Transition
from bascule.kernel.actor import Actor
from bascule.kernel.clock import start_of
from bascule.mobility.gaps import PER, Window, windows_of
from bascule.mobility.models import SystemGap
from bascule.mobility.ticket_counts import CAUSE, closed_with, ticket_kinds


@dataclass(frozen=True)
class Effect:
    """The tickets of a gap's cause before its decision, and after it; None while no day is over."""

    before: Window
    after: Window | None


def tickets_lately(actor: Actor, day: date) -> dict[str, int]:
    """Count the tickets in sight that each cause closed in the 30 days up to `day`."""
    rows = _between(closed_with(actor, ticket_kinds()), day - timedelta(days=PER - 1), day)
    return dict(rows.order_by().values_list(CAUSE).annotate(n=Count("id")))


def effect_of(actor: Actor, gap: SystemGap, day: date) -> Effect | None:
    """Return what is counted of a gap on `day`, over tickets in sight; None before a decision."""
    if gap.decided_on is None:
        return None
    closed = closed_with(actor, ticket_kinds()).filter(answers__root_cause=gap.root_cause)
    before, after = windows_of(gap.decided_on, day)
    return Effect(_counted(closed, before), _counted(closed, after) if after else None)


def _counted(closed: QuerySet[Transition], days: tuple[date, date]) -> Window:
    return Window(*days, _between(closed, *days).count())


def _between(closed: QuerySet[Transition], first: date, last: date) -> QuerySet[Transition]:
    return closed.filter(at__gte=start_of(first), at__lt=start_of(last + timedelta(days=1)))
