"""How many tickets stand open, and what caused those that were closed: over rows in sight alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from bascule.cases.declarations import Workflow
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflows
from bascule.kernel.actor import Actor
from bascule.metrics.rounding import percent
from bascule.mobility.tickets import ROOT_CAUSES, RootCause, is_ticket

CAUSE = "answers__root_cause"


@dataclass(frozen=True)
class OpenCount:
    """The open tickets of one kind: how many, how many late, and how many opened in each month."""

    workflow: Workflow
    total: int
    late: int
    by_month: Mapping[date, int]


@dataclass(frozen=True)
class Cause:
    """One bar of a Pareto: how often a cause closed a ticket, percent, and that so far."""

    cause: RootCause
    count: int
    percent: Decimal
    together: Decimal


def ticket_kinds() -> list[Workflow]:
    """Return the declared workflows that are tickets, by title."""
    return sorted((each for each in workflows() if is_ticket(each)), key=lambda each: each.title)


def open_counts(actor: Actor, kinds: Collection[Workflow], at: datetime) -> list[OpenCount]:
    """Return the open tickets in sight by kind, the most first; kinds of which none is open too."""
    rows = _tickets(actor, kinds).filter(closed_at__isnull=True)
    counted = rows.annotate(month=TruncMonth("opened_at")).values("workflow", "month")
    total: Counter[str] = Counter()
    late: Counter[str] = Counter()
    months: dict[str, Counter[date]] = defaultdict(Counter)
    for row in counted.annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=at))):
        total[row["workflow"]] += row["n"]
        late[row["workflow"]] += row["late"]
        months[row["workflow"]][row["month"].date()] += row["n"]
    found = [OpenCount(k, total[k.key], late[k.key], months[k.key]) for k in kinds]
    return sorted(found, key=lambda each: -each.total)


def closed_with(actor: Actor, kinds: Collection[Workflow]) -> QuerySet[Transition]:
    """Return the steps that closed a ticket in sight with a root cause, the newest first."""
    closed = _tickets(actor, kinds).filter(closed_at__isnull=False)
    rows = Transition.objects.filter(case__in=closed, answers__has_key="root_cause")
    return rows.select_related("case__student").order_by("-at", "-id")


def closed_months(closed: QuerySet[Transition]) -> list[date]:
    """Return the months in which tickets were closed, the newest first."""
    months = closed.annotate(month=TruncMonth("at")).order_by("-month").values_list("month")
    return [month.date() for (month,) in months.distinct()]


def in_month(closed: QuerySet[Transition], month: date) -> QuerySet[Transition]:
    """Return those that were closed in the month of which `month` is the first day."""
    return closed.annotate(month=TruncMonth("at")).filter(month__date=month)


def pareto(closed: QuerySet[Transition]) -> list[Cause]:
    """Return the causes by how often they closed a ticket, the most first, percent half-up."""
    rows = closed.order_by().values_list(CAUSE).annotate(n=Count("id"))
    counts = Counter({ROOT_CAUSES[key].key: n for key, n in rows if key in ROOT_CAUSES})
    whole, so_far, found = counts.total(), 0, []
    for key, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        so_far += count
        found.append(Cause(ROOT_CAUSES[key], count, percent(count, whole), percent(so_far, whole)))
    return found


def _tickets(actor: Actor, kinds: Collection[Workflow]) -> QuerySet[CaseFile]:
    return SEE.filter(CaseFile.objects.filter(workflow__in=[each.key for each in kinds]), actor)
