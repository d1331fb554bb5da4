"""Cases: the list, one case, and the steps and notes that people take on it."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bascule.cases.actions import add_note, set_aside, take_step, take_up, undo
from bascule.cases.actions.views import remove_view, save_view
from bascule.cases.boards import Part, cases_in, uuid_in
from bascule.cases.models import CaseFile, CaseView, Note
from bascule.cases.policies import SEE, SEE_VIEW
from bascule.cases.presences import be_here, leave, others_here
from bascule.cases.queries import open_cases
from bascule.cases.registry import workflow_of, workflows
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.web.case_page import case_page, meanwhile
from bascule.web.case_parts import address_of, part_in, told_part
from bascule.web.days import day_in
from bascule.web.neighbors import opened_in
from bascule.web.pages import note_reads, page, visible_and_why, visible_or_404
from bascule.web.saved_views import saved_views

A_PAGE = 50
LISTS_TO_CALL = ("calls", "outreach")


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
    return render(request, "case.html", case_page(request, _case(request, uuid)))


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
        context = case_page(request, _case(request, uuid))
        told = {"problem": refusal, "refused": key, "said": said}
        if isinstance(refusal, Stale):
            told |= meanwhile(actor, found, key, said, context["history"])
        return render(request, "case.html", context | told, status=409)
    if SEE.why(found, actor) is None:  # a school that declines has nothing more to see
        return redirect("cases")
    return _again(request, uuid)


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
        context = case_page(request, found)
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
        context = case_page(request, _case(request, uuid))
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
