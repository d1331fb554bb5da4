"""Arrivals: whom a school was offered, whom it expects for intake and on the first day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bascule.cases.actions import take_step
from bascule.cases.declarations import Step, Workflow
from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.models import SeatHold
from bascule.mobility.policies import SEE_HOLD
from bascule.mobility.queries import arrivals
from bascule.web.pages import note_reads, page, visible_or_404
from bascule.web.views.cases import answers_in, revision_in

A_PAGE = 50
STEPS = ("accept_offer", "lapse_offer")
FAR = "9999"


@dataclass
class Group:
    """One part of the page: the states of the cases in it, and the holds that it shows."""

    key: str
    title: str | Promise
    states: tuple[str, ...]
    lines: list[tuple[SeatHold, str, date | None, list[Step]]] = field(default_factory=list)


def _groups() -> tuple[Group, ...]:
    return (
        Group("offered", _("Offers to answer"), ("offered",)),
        Group("intake", _("Intakes to come"), ("intake",)),
        Group("first-day", _("First days expected"),
              ("release_requested", "release_escalated", "enrolled")),
    )  # fmt: skip


@page("accept_student")
def arrivals_page(request: HttpRequest) -> HttpResponse:
    """List who may come to the actor's schools: offers with their clock, intakes, first days."""
    return render(request, "arrivals.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pages = Paginator(sorted(arrivals(actor, now()), key=_turn), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    held = list(shown.object_list)
    note_reads(request, SEE.likely_ground(actor), (hold.student for hold in held))
    groups = _groups()
    for hold in held:
        workflow = workflow_of(hold.case.workflow)
        group = next(each for each in groups if hold.case.state in each.states)
        state = workflow.state(hold.case.state).label
        group.lines.append((hold, state, first_day_of(hold), _steps(actor, workflow, hold)))
    return {"groups": groups, "shown": shown}


def _turn(hold: SeatHold) -> tuple[int, str, int]:
    """Order by group, then by what comes first: the clock, the intake, the first day."""
    place = next(n for n, each in enumerate(_groups()) if hold.case.state in each.states)
    comes = (hold.until_at, hold.intake_on, first_day_of(hold))[place]
    return place, str(comes or FAR), hold.pk


def first_day_of(hold: SeatHold) -> date | None:
    """Return the first day that the school has signed, or the one named with the acceptance."""
    signed: str | None = hold.signed_day  # type: ignore[attr-defined]  # annotated by `arrivals`
    return date.fromisoformat(signed) if signed else hold.first_day_on


def _steps(actor: Actor, workflow: Workflow, hold: SeatHold) -> list[Step]:
    """Return what the school may answer now, with what there is to choose from."""
    open_steps = workflow.steps_at(hold.case.state, hold.case.due_at, now())
    return [step.asked_of(actor, hold.case) for step in open_steps if step.key in STEPS]


@page("accept_student")
@require_POST
def answer(request: HttpRequest, uuid: str, key: str) -> HttpResponse:
    """Accept or decline the offered student of a case, and go on with the list.

    What stands in the way is said above the list, with what was typed still in the row.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = SeatHold.objects.filter(ended_at__isnull=True).select_related("case", "student")
    hold: SeatHold = visible_or_404(SEE_HOLD, rows, actor, case__uuid=uuid)
    note_reads(request, SEE.likely_ground(actor), [hold.student])
    step = key if key in STEPS else ""
    case: CaseFile = hold.case
    said = answers_in(request)
    try:
        with transaction.atomic():
            take_step(actor, case=case, step=step, answers=said, revision=revision_in(request))
    except NotPermitted:
        raise
    except Refusal as refusal:
        refused = {"problem": refusal, "refused": (case.pk, step), "said": said}
        return render(request, "arrivals.html", _listed(request) | refused, status=409)
    return redirect("arrivals")
