"""Contingency plans: what happens to a network's cases when its desk is empty, tried beforehand."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.cases.boards import uuid_in
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.contingency import agree_plan, rehearse_plan, write_plan
from bascule.mobility.models import ContingencyPlan
from bascule.mobility.models.contingency import LONGEST
from bascule.mobility.queries import (
    Planned,
    desks_of,
    led_networks,
    networks_read_by,
    planned_networks,
)
from bascule.web.days import day_in
from bascule.web.pages import page


@page()
def plans(request: HttpRequest) -> HttpResponse:
    """List the networks with the state of their plans, those without one that holds first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = planned_networks(actor)
    if not found:
        raise NotPermitted("not-permitted", _("You may not see this."))
    found.sort(key=lambda each: (each.holds is not None, each.network.name))
    lines = [(each, each.is_old(today())) for each in found]
    missing = sum(each.holds is None for each in found)
    return render(request, "plans.html", {"lines": lines, "missing": missing})


@page()
def plan(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one network's plan; a POST writes it anew, agrees to it or tries it out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    network = networks_read_by(actor).filter(uuid=uuid).first()
    if network is None:
        raise Http404("There is no such page for you.")
    problem = None
    if request.method == "POST":
        try:
            _answer(request, actor, network)
            return redirect("plan", uuid=uuid)
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    [planned] = [each for each in planned_networks(actor) if each.network.pk == network.pk]
    context = {
        "planned": planned, "network": network, "problem": problem, "longest": LONGEST,
        "words": request.POST.get("words") or _newest_words(planned),
        "plans_cover": actor.may("plan_cover"), "is_chief": network.pk in led_networks(actor),
        "desks": desks_of(network, today()), "is_old": planned.is_old(today()),
        "tomorrow": today() + timedelta(days=1),
    }  # fmt: skip
    return render(request, "plan.html", context, status=409 if problem else 200)


def _newest_words(planned: Planned) -> str:
    newest = planned.waits or planned.holds
    return newest.words if newest else ""


def _answer(request: HttpRequest, actor: Actor, network: Organization) -> None:
    verb = request.POST.get("verb", "")
    if verb == "write":
        write_plan(actor, network=network, words=request.POST.get("words", ""))
        return
    said = request.POST.get("plan", "")
    found = ContingencyPlan.objects.filter(network=network, uuid=uuid_in(said)).first()
    if found is None:
        raise Refusal("no-such-plan", _("There is no such plan."))
    if verb == "agree":
        agree_plan(actor, plan=found)
    elif verb == "rehearse":
        rehearse_plan(
            actor, plan=found, day=day_in(request.POST.get("day", "")),
            with_backup=request.POST.get("with_backup") == "1",
        )  # fmt: skip
    else:
        raise Refusal("no-such-verb", _("A plan is written, agreed to or tried out."))
