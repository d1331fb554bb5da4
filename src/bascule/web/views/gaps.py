"""The gap register: patterns behind tickets, whose they are, what was decided, and what it did."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.gaps import close_gap, decide_gap, open_gap
from bascule.mobility.gap_effects import effect_of, tickets_lately
from bascule.mobility.gaps import FEWEST_DAYS, VERSION
from bascule.mobility.models import SystemGap
from bascule.mobility.tickets import ROOT_CAUSES
from bascule.web.days import day_in
from bascule.web.pages import page

TURN = ("open", "decided", "closed")


@page("work_cases")
def gaps(request: HttpRequest) -> HttpResponse:
    """List the gaps, those without a decision first; a POST writes one down."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    problem = None
    if request.method == "POST":
        try:
            return redirect("gap", uuid=_opened(actor, request.POST).uuid)
        except Refusal as refusal:
            problem = refusal
    lately = tickets_lately(actor, today())
    rows = sorted(SystemGap.objects.all(), key=lambda gap: TURN.index(gap.state))
    context = {
        "lines": [(gap, lately.get(gap.root_cause, 0)) for gap in rows],
        "causes": [(each.key, each.label, each.office) for each in ROOT_CAUSES.values()],
        "problem": problem, "said": request.POST,
    }  # fmt: skip
    return render(request, "gaps.html", context, status=409 if problem else 200)


def _opened(actor: Actor, said: QueryDict) -> SystemGap:
    pattern, cause, office = (said.get(key, "") for key in ("pattern", "root_cause", "office"))
    return open_gap(actor, pattern=pattern, root_cause=cause, office=office)


@page("work_cases")
def gap(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one gap with its measure; a POST of the Lead decides on it or closes it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = SystemGap.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404("There is no such page for you.")
    problem = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _answer(request, actor, found)
            return redirect("gap", uuid=uuid)
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    context = {
        "gap": found, "effect": effect_of(actor, found, today()), "fewest": FEWEST_DAYS,
        "version": VERSION, "may_decide": actor.may("decide_gaps") and not found.closed_at,
        "problem": problem, "said": request.POST, "today": today(),
    }  # fmt: skip
    return render(request, "gap.html", context, status=409 if problem else 200)


def _answer(request: HttpRequest, actor: Actor, found: SystemGap) -> None:
    said = request.POST
    if said.get("verb") == "decide":
        words, on = said.get("decision", ""), day_in(said.get("on", ""))
        decide_gap(actor, gap=found, decision=words, on=on)
    elif said.get("verb") == "close":
        close_gap(actor, gap=found, because=said.get("because", ""))
    else:
        raise Refusal("no-such-verb", _("A gap is decided on or closed."))
