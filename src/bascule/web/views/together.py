"""Many cases at once: what can be done with the chosen ones, for how many, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bascule.cases.actions import (
    Outcome,
    Seen,
    add_note,
    latest_act,
    may_undo,
    name_of,
    on_each,
    set_aside,
    take_step,
    take_up,
    undo,
)
from bascule.cases.boards import uuid_in
from bascule.cases.declarations import Step, Workflow
from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.cases.queries import may_note
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, start_of, today
from bascule.kernel.refusal import Refusal
from bascule.web.case_parts import address_of, part_in
from bascule.web.days import day_in
from bascule.web.pages import note_reads, page
from bascule.web.views.cases import answers_in

MOST = 50
"""So many as stand on a page: nobody changes what was not shown."""
Act = Callable[[CaseFile], object]


@dataclass
class Common:
    """A step that some of the chosen cases can take now, and which of them."""

    workflow: Workflow
    step: Step
    seen: list[Seen] = field(default_factory=list)


@page("work_cases")
def together(request: HttpRequest) -> HttpResponse:
    """Show what can be done with the chosen cases, each verb with how many of them it is for."""
    if request.method != "POST":
        return redirect("cases")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked, seen = _chosen(request, actor)
    notable = [each for each in seen if may_note(actor, each.case)]
    context = {
        "seen": [(each, _state_of(each.case)) for each in seen],
        "missing": asked - len(seen),
        "common": _common(actor, seen),
        "asidable": [each for each in notable if _has_time(each.case)],
        "notable": notable,
        "note_kinds": Note.Kind.choices,
        "outcomes": Note.Outcome.choices,
        "tomorrow": today() + timedelta(days=1),
        "back": _back(request.POST),
    }
    return render(request, "together.html", context)


@page("work_cases")
def together_done(request: HttpRequest) -> HttpResponse:
    """Do one verb on each of the chosen cases, and show what came of it, row by row."""
    if request.method != "POST":
        return redirect("cases")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked, seen = _chosen(request, actor)
    outcomes = on_each(seen, _act(actor, request))
    done = [each for each in outcomes if each.refusal is None]
    context = {
        "outcomes": outcomes,
        "done": done,
        "missing": asked - len(seen),
        "was_set_aside": request.POST.get("what") == "aside",
        "undoable": _undoable(actor, done) if request.POST.get("what") in ("step", "note") else [],
        "back": _back(request.POST),
    }
    return render(request, "together_done.html", context)


def _undoable(actor: Actor, done: Sequence[Outcome]) -> list[tuple[CaseFile, str]]:
    """Return those of the cases on which the actor can undo what was done, and the act's name."""
    rows = CaseFile.objects.filter(pk__in=[each.case.pk for each in done])
    seen = SEE.filter(rows, actor).prefetch_related("transitions", "notes").order_by("pk")
    latest = [(case, latest_act(case.transitions.all(), case.notes.all())) for case in seen]
    return [(case, name_of(act)) for case, act in latest if act and may_undo(actor, case, act)]


def _chosen(request: HttpRequest, actor: Actor) -> tuple[int, list[Seen]]:
    """Return how many cases the form names, and those of them in sight as they are now.

    A case that one may not see is missing as one that does not exist.
    """
    named = dict(_named(value) for value in request.POST.getlist("chosen")[:MOST])
    rows = CaseFile.objects.filter(uuid__in=named).select_related("student__school", "owner")
    found = list(SEE.filter(rows, actor).order_by("due_at", "id"))
    note_reads(request, SEE.likely_ground(actor), (case.student for case in found))
    return len(named), [Seen(case, named[case.uuid]) for case in found]


def _named(value: str) -> tuple[UUID, int]:
    """Return the uuid and the revision of a chosen row; Refusal where they cannot be read."""
    uuid, _colon, revision = value.partition(":")
    if not (revision.isascii() and revision.isdigit()):
        raise Refusal("unreadable", _("The chosen rows cannot be read."))
    return uuid_in(uuid), int(revision)


def _common(actor: Actor, seen: Sequence[Seen]) -> list[Common]:
    """Return the steps that the actor can take now, with the cases that can take them; most first.

    What is chosen anew for each student, such as a seat, is not asked for many at once.
    """
    found: dict[tuple[str, str], Common] = {}
    for each in seen:
        case, workflow = each.case, workflow_of(each.case.workflow)
        for step in workflow.steps_at(case.state, case.due_at, now()):
            is_open = not case.absorbed_by_id and not any(ask.options for ask in step.asks)
            if is_open and step.who and step.who(actor, case):
                key = (workflow.key, step.key)
                found.setdefault(key, Common(workflow, step)).seen.append(each)
    return sorted(found.values(), key=lambda each: -len(each.seen))


def _state_of(case: CaseFile) -> tuple[str, str]:
    workflow = workflow_of(case.workflow)
    return workflow.title, workflow.state(case.state).label


def _has_time(case: CaseFile) -> bool:
    """Say whether a morning is to come before the clock of the case runs out."""
    return case.due_at is not None and case.due_at >= start_of(today() + timedelta(days=1))


def _act(actor: Actor, request: HttpRequest) -> Act:
    """Return what is to be done with each case; Refusal where nothing that is known is named."""
    said, answers = request.POST, answers_in(request)
    what, step, because = said.get("what"), said.get("step", ""), said.get("because", "")
    if what == "step":
        return lambda case: take_step(actor, case=case, step=step, answers=answers)
    if what == "aside":
        until = day_in(said.get("until", ""))
        return lambda case: set_aside(actor, case=case, until=until, because=because)
    if what == "up":
        return lambda case: take_up(actor, case=case)
    if what == "undo":
        return lambda case: undo(actor, case=case, act=said.get(f"act_{case.uuid}", ""))
    if what == "note":
        kind, text, outcome = (said.get(key, "") for key in ("kind", "text", "outcome"))
        return lambda case: add_note(actor, case=case, kind=kind, text=text, outcome=outcome)
    raise Refusal("unreadable", _("It is not said what is to be done."))


def _back(said: QueryDict) -> tuple[str, str]:
    """Return the address of the list from which the rows were chosen, and its query."""
    part = part_in(QueryDict(said.get("query", "")))
    return f"{reverse('cases')}{address_of(part)}", said.get("query", "")
