"""Scenarios of a procedure: the Lead builds them from masked failures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.scenarios import MOST_ANSWERS, add_scenario
from bascule.mobility.models import ProcedureVersion
from bascule.mobility.queries import failures
from bascule.mobility.queries.failures import FEWEST
from bascule.web.pages import page
from bascule.web.quiz import PLACES, facts_of


@page("write_procedures")
def scenarios(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show the newest version's scenarios and the failures to build from; a POST adds one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    version = ProcedureVersion.objects.filter(procedure__uuid=uuid).first()
    if version is None:
        raise Http404("There is no such page for you.")
    problem = None
    if request.method == "POST":
        try:
            _add(request, actor, version)
            return redirect("procedure-scenarios", uuid=uuid)
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    is_open = not version.signatures.exists()
    context = {
        "version": version, "problem": problem, "said": request.POST, "is_open": is_open,
        "written": [(each, facts_of(each)) for each in version.scenarios.all()],
        "failures": [(each, facts_of(each)) for each in failures(actor, now())] if is_open else [],
        "places": [(n, request.POST.get(f"text-{n}", "")) for n in range(1, MOST_ANSWERS + 1)],
        "fewest": FEWEST,
        "shows_tries": version.signatures.count() >= FEWEST,
    }  # fmt: skip
    return render(request, "scenarios.html", context, status=409 if problem else 200)


def _add(request: HttpRequest, actor: Actor, version: ProcedureVersion) -> None:
    said = request.POST
    texts = [said.get(f"text-{place}", "") for place in range(1, MOST_ANSWERS + 1)]
    right = said.get("right", "")
    add_scenario(
        actor, version=version, failure=said.get("failure", ""), answers=texts,
        question=said.get("question", ""), why=said.get("why", ""),
        passage=said.get("passage", ""), right=int(right) if right in PLACES else -1,
    )  # fmt: skip
