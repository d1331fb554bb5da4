"""Tickets: what stands open by kind and month, and what caused those that were closed."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.cases.declarations import Workflow
from bascule.cases.models import Transition
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.mobility.ticket_counts import (
    CAUSE,
    closed_months,
    closed_with,
    in_month,
    open_counts,
    pareto,
    ticket_kinds,
)
from bascule.mobility.tickets import ROOT_CAUSES
from bascule.web.pages import note_reads, page

A_PAGE, MONTHS, WIDTH = 50, 6, 160


@page()
def tickets(request: HttpRequest) -> HttpResponse:
    """Show tickets in sight; `kind` and `month` narrow the causes, `cause` opens its tickets."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kinds = ticket_kinds()
    kind = next((each for each in kinds if each.key == request.GET.get("kind")), None)
    closed = closed_with(actor, [kind] if kind else kinds)
    months = closed_months(closed)
    month = _chosen(request.GET.get("month", ""), months)
    closed = in_month(closed, month) if month else closed
    causes = pareto(closed)
    counts = open_counts(actor, kinds, now())
    opened = sorted({each for count in counts for each in count.by_month})[-MONTHS:]
    context = {
        "open": [(each, [each.by_month.get(first, 0) for first in opened]) for each in counts],
        "opened": opened, "total": sum(each.total for each in counts),
        "causes": [(each, round(each.percent * WIDTH / 100)) for each in causes], "width": WIDTH,
        "closed": sum(each.count for each in causes),
        "kinds": kinds, "kind": kind, "months": months[:MONTHS], "month": month,
        **_opened(request, actor, closed.filter(**_of_cause(request)), kinds),
    }  # fmt: skip
    return render(request, "tickets.html", context)


def _chosen(wanted: str, months: list[date]) -> date | None:
    return next((each for each in months if each.isoformat() == wanted), None)


def _of_cause(request: HttpRequest) -> dict[str, str]:
    return {CAUSE: request.GET.get("cause", "")}


def _opened(
    request: HttpRequest, actor: Actor, rows: QuerySet[Transition], kinds: list[Workflow]
) -> dict[str, Any]:
    """Return the closed tickets of the cause that is asked for, a page of them."""
    cause = ROOT_CAUSES.get(request.GET.get("cause", ""))
    if cause is None:
        return {}
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    found = list(shown.object_list)
    note_reads(
        request, SEE.likely_ground(actor), (each.case.student for each in found), cause=cause.key
    )
    titles = {each.key: each.title for each in kinds}
    lines = [(each, titles[each.case.workflow]) for each in found]
    return {"cause": cause, "shown": shown, "lines": lines}
