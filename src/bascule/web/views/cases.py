"""Cases: the list, one case, and the steps and notes that people take on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bascule.cases.actions import add_note, set_aside, take_step, take_up, undo
from bascule.cases.actions.views import remove_view, save_view
from bascule.cases.boards import Part, cases_in, uuid_in
from bascule.cases.declarations import Step, Workflow
from bascule.cases.models import CaseFile, CaseView, Note, Transition
from bascule.cases.policies import SEE, SEE_VIEW
from bascule.cases.presences import be_here, leave, others_here
from bascule.cases.queries import may_note, open_cases
from bascule.cases.registry import workflow_of, workflows
from bascule.directory.models import Person
from bascule.directory.on_duty import duty_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.mobility.actions.attempts import attempts_on, too_few_attempts
from bascule.mobility.actions.eligibility import findings_on, refuse_unexplained
from bascule.mobility.actions.forwarding import stopping_flags
from bascule.mobility.eligibility import BANDS, findings_of
from bascule.mobility.eligibility import VERSION as RULES_VERSION
from bascule.mobility.matchers import best_fit, offer_seat
from bascule.mobility.models import SeatHold
from bascule.mobility.queries import OPTIONS_TRANSFER, WAITING, accepted_hold, latest_result
from bascule.web.best_fit import ToldFit, best_first, told_fit
from bascule.web.bridge import bridge_of
from bascule.web.case_parts import address_of, part_in, told_part
from bascule.web.case_path import path_of
from bascule.web.days import day_in
from bascule.web.eligibility import ToldFinding, told_findings
from bascule.web.neighbors import neighbors_of, opened_in
from bascule.web.pages import note_reads, page, visible_and_why, visible_or_404
from bascule.web.proofs import proofs_of
from bascule.web.round_odds import Chances, chances_of
from bascule.web.saved_views import saved_views
from bascule.web.undoing import undo_of
from bascule.web.views.family_links import family_panel

A_PAGE = 50
LISTS_TO_CALL = ("calls", "outreach")


@dataclass(frozen=True)
class Told:
    """One move of a case in words: where it led, what was answered to what, what was found."""

    entry: Transition
    state: str
    answers: list[tuple[str, str]]
    findings: list[ToldFinding]


@page()
def cases(request: HttpRequest) -> HttpResponse:
    """List the open cases in sight, the most urgent first, narrowed as the address says."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    part = part_in(request.GET)
    rows, wanted = cases_in(open_cases(actor), part, now()), part.workflow
    pages = Paginator(rows, A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    found = list(shown.object_list)
    note_reads(request, SEE.likely_ground(actor), (c.student for c in found), workflow=wanted)
    lines = [(case, workflow_of(case.workflow)) for case in found]
    context = {
        "lines": [(c, w.title, w.state(c.state)) for c, w in lines],
        "shown": shown,
        "total": pages.count,
        "workflows": list(workflows()),
        "wanted": wanted,
        "narrowed": told_part(part),
        "part": part,
        "views": saved_views(actor, part),
        "may_choose": actor.may("work_cases"),
        "inside": opened_in(address_of(part)[1:]),
    }
    return render(request, "cases.html", context)


@page()
@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Save the part of the list that the form's address names."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    part = part_in(QueryDict(request.POST.get("query", "")))
    save_view(
        actor, title=request.POST.get("title", ""), part=part,
        is_shared=request.POST.get("shared") == "1",
    )  # fmt: skip
    return redirect(f"{reverse('cases')}{address_of(part)}")


@page()
@require_POST
def view_remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Remove one's own view; the list stays as it is narrowed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: CaseView = visible_or_404(SEE_VIEW, CaseView.objects.all(), actor, uuid=uuid)
    remove_view(actor, view=found)
    return redirect(f"{reverse('cases')}{address_of(Part(**found.part))}")


@page()
def case(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one case: its path, its clock, the next steps, and what happened."""
    return render(request, "case.html", _case_context(request, _case(request, uuid)))


@page()
@require_POST
def step(request: HttpRequest, uuid: str, key: str) -> HttpResponse:
    """Take one step of a case, with the answers that it asks for.

    What stands in the way is said on the case's page, with what was typed still there.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, said = _case(request, uuid), answers_in(request)
    try:
        with transaction.atomic():
            take_step(actor, case=found, step=key, answers=said, revision=revision_in(request))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _case_context(request, _case(request, uuid))
        told = {"problem": refusal, "refused": key, "said": said}
        if isinstance(refusal, Stale):
            told |= {"typed": typed_for(found, key, said), "meanwhile": context["history"][0]}
        return render(request, "case.html", context | told, status=409)
    if SEE.why(found, actor) is None:  # a school that declines has nothing more to see
        return redirect("cases")
    return _again(request, uuid)


def typed_for(case: CaseFile, key: str, said: dict[str, str]) -> list[tuple[str, str]]:
    """Return what somebody typed for a step, in words, whether or not it can still be taken."""
    steps = workflow_of(case.workflow).steps
    asks = next((step.asks for step in steps if step.key == key), ())
    return [(ask.label, ask.words(said[ask.key])) for ask in asks if said.get(ask.key)]


def answers_in(request: HttpRequest) -> dict[str, str]:
    """Return what a form answers to the asks of a step."""
    said = {name: value for name, value in request.POST.items() if name.startswith("ask_")}
    return {name.removeprefix("ask_"): str(value) for name, value in said.items()}


def revision_in(request: HttpRequest) -> int:
    """Return the revision that the form was made for; 0, which no case has, where it says none."""
    said = request.POST.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() else 0


@page()
@require_POST
def note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a contact or a remark to a case; whoever wrote it elsewhere goes back there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind = request.POST.get("kind", Note.Kind.REMARK)
    found = _case(request, uuid)
    add_note(
        actor, case=found, kind=kind, text=request.POST.get("text", ""),
        outcome=request.POST.get("outcome", ""),
    )  # fmt: skip
    if request.POST.get("back") in LISTS_TO_CALL:
        return redirect(request.POST["back"])
    if request.POST.get("back") == "student" and found.student:
        return redirect("student", uuid=found.student.uuid)
    return _again(request, uuid)


@page()
@require_POST
def contact(request: HttpRequest) -> HttpResponse:
    """Add a contact, from the page of a student, to the case that the form names."""
    return note(request, uuid_in(request.POST.get("case", "")))


@page()
@require_POST
def aside(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set a case aside until a day; a day that cannot be is said on the case's page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, because = _case(request, uuid), request.POST.get("because", "")
    until = request.POST.get("until", "")
    try:
        set_aside(actor, case=found, until=day_in(until), because=because)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _case_context(request, found)
        told = {"problem": refusal, "until": until, "because": because}
        return render(request, "case.html", context | told, status=409)
    return _again(request, uuid)


@page()
@require_POST
def here(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note that somebody types on this page, and say who else does; nothing of it is shown."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, _ground = visible_and_why(SEE, CaseFile.objects.all(), actor, uuid=uuid)
    be_here(actor, case=found)
    return render(request, "others_here.html", {"others": others_here(actor, found, now())})


@page()
@require_POST
def up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a case up again that was set aside."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    take_up(actor, case=_case(request, uuid))
    return _again(request, uuid)


@page()
@require_POST
def undo_latest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo what was done last on a case; what stands in the way is said on its page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            undo(actor, case=_case(request, uuid), act=request.POST.get("act", ""))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _case_context(request, _case(request, uuid))
        return render(request, "case.html", context | {"problem": refusal}, status=409)
    return _again(request, uuid)


def _again(request: HttpRequest, uuid: str | UUID) -> HttpResponse:
    """Show the case again, with its place in the list from which it was opened."""
    leave(request.actor, case_uuid=str(uuid))  # type: ignore[attr-defined]
    kept = {name: request.POST[name] for name in ("list", "place") if request.POST.get(name)}
    address = reverse("case", args=[uuid])
    return redirect(f"{address}?{urlencode(kept)}" if kept else address)


def _case(request: HttpRequest, uuid: str | UUID) -> CaseFile:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = CaseFile.objects.select_related("student__school", "owner")
    found: CaseFile
    found, ground = visible_and_why(SEE, rows, actor, uuid=uuid)
    if found.student:
        note_reads(request, ground.key, [found.student])
    return found


def _case_context(request: HttpRequest, found: CaseFile) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    workflow = workflow_of(found.workflow)
    steps_taken = list(Transition.every.filter(case=found))
    notes = list(Note.every.filter(case=found).order_by("-at"))
    history = [each for each in steps_taken if each.undone_at is None]
    duty = duty_of([found.owner_id], today())[found.owner_id]
    open_steps = workflow.steps_at(found.state, found.due_at, now())
    open_steps = [] if found.absorbed_by_id else open_steps
    mine = [each for each in open_steps if each.who and each.who(actor, found)]
    steps, fit = _fitted(actor, found, [each.asked_of(actor, found) for each in mine])
    return {
        "case": found,
        "workflow": workflow,
        "state": workflow.state(found.state),
        "path": path_of(workflow, found, history, now()),
        "steps": steps,
        "elsewhere": not steps and found.closed_at is None,
        "duty": duty,
        "on_duty": Person.objects.filter(pk=duty.person_id or 0).first(),
        "history": [_told(workflow, entry) for entry in reversed(steps_taken)],
        "notes": notes,
        "undo": undo_of(actor, found, steps_taken, notes),
        "note_kinds": Note.Kind.choices,
        "outcomes": Note.Outcome.choices,
        "absorbed": _absorbed(found, actor),
        "flags": SEE.keep(list(stopping_flags(found).exclude(pk=found.pk)), actor),
        "fit": fit,
        "chances": _chances(actor, found),
        "near": neighbors_of(actor, found, request.GET or request.POST),
        "bridge": bridge_of(found, history),
        "promise": _promise(found, history),
        "proofs": proofs_of(workflow, history),
        "eligibility": _weighed(workflow, found),
        "rules": {"version": RULES_VERSION, "since": BANDS.since},
        "is_aside": found.is_aside(now()),
        "may_aside": may_note(actor, found) and bool(found.due_at and found.due_at > now()),
        "tomorrow": today() + timedelta(days=1),
        "attempts": attempts_on(found, now()) if _counts_attempts(steps) else None,
        "family": family_panel(actor, found),
        "languages": settings.LANGUAGES,
        "others": others_here(actor, found, now()),
        "draft_page": reverse("case", args=[found.uuid]),
    }


def _counts_attempts(steps: Sequence[Step]) -> bool:
    """Say whether one of the steps depends on what was tried to reach the student."""
    return any(step.unless is too_few_attempts for step in steps)


def _weighed(workflow: Workflow, found: CaseFile) -> list[ToldFinding]:
    """Return what the rules say of the student, while the next step rests on them."""
    rests = any(step.unless is refuse_unexplained for step in workflow.steps_from(found.state))
    return told_findings(findings_on(found, now())) if rests else []


def _fitted(actor: Actor, found: CaseFile, steps: list[Step]) -> tuple[list[Step], ToldFit | None]:
    """Return the best fit for whoever may offer a seat now, whose choices then follow it."""
    offers = any(step.then is offer_seat for step in steps)
    fit = best_fit(actor, found, now()) if offers else None
    if fit is None:
        return steps, None
    fitted = [best_first(step, fit) if step.then is offer_seat else step for step in steps]
    return fitted, told_fit(fit)


def _chances(actor: Actor, found: CaseFile) -> Chances | None:
    """Return the odds of a student who waits for a seat, for whoever may see rounds."""
    waits = found.workflow == OPTIONS_TRANSFER and found.state in WAITING
    return chances_of(latest_result(found)) if waits and actor.may("see_rounds") else None


def _promise(found: CaseFile, history: Sequence[Transition]) -> SeatHold | None:
    """Return the seat with which a school made a promise to the student of a case, or None."""
    if not any(entry.to_state == "intake" for entry in history):
        return None
    hold = accepted_hold(found)
    return hold if hold and hold.has_promise else None


def _absorbed(found: CaseFile, actor: Actor) -> list[CaseFile]:
    """Return the case in which this one goes on, or those that go on in this one."""
    either = Q(pk=found.absorbed_by_id) if found.absorbed_by_id else Q(absorbed_by=found)
    return SEE.keep(list(CaseFile.objects.filter(either).order_by("opened_at", "id")), actor)


def _told(workflow: Workflow, entry: Transition) -> Told:
    asks = {ask.key: ask for step in workflow.steps if step.key == entry.step for ask in step.asks}
    answers = [
        (asks[key].label, asks[key].words(str(value))) if key in asks else (key, str(value))
        for key, value in entry.answers.items()
        if key != "eligibility"
    ]
    kept = entry.answers.get("eligibility", {"findings": ()})
    findings = told_findings(findings_of(kept["findings"]))
    return Told(entry, workflow.state(entry.to_state).label, answers, findings)
