"""Calls: whom to call today about a student who did not come, with every number that is known."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.cases.declarations import State
from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.cases.queries import open_cases
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.mobility.phones import PhoneNumber, phone_numbers
from bascule.web.pages import note_reads, page

A_PAGE = 50
CALLED_ABOUT = ("did_not_arrive", "lost_child")


@dataclass(frozen=True)
class Line:
    """One student to call about: the case, where it stands, the numbers, and who may note."""

    case: CaseFile
    title: str
    state: State
    numbers: list[PhoneNumber]
    is_mine: bool


@page("call_families")
def calls(request: HttpRequest) -> HttpResponse:
    """List the open cases in sight that ask for calls, the most urgent first, with the numbers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("workflow", "")
    kinds = [wanted] if wanted in CALLED_ABOUT else list(CALLED_ABOUT)
    pages = Paginator(open_cases(actor).filter(workflow__in=kinds), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    cases = list(shown.object_list)
    students = [case.student for case in cases if case.student]
    numbers = phone_numbers(actor, students)
    siblings = (one.sibling for each in numbers.values() for one in each)
    note_reads(request, SEE.likely_ground(actor), [*students, *siblings], workflow=wanted)
    context = {
        "lines": [_line(actor, case, numbers.get(case.student_id or 0, [])) for case in cases],
        "shown": shown, "total": pages.count, "wanted": wanted,
        "kinds": [workflow_of(key) for key in CALLED_ABOUT],
        "note_kinds": [each for each in Note.Kind.choices if each[0] != Note.Kind.REMARK],
        "outcomes": Note.Outcome.choices,
    }  # fmt: skip
    return render(request, "calls.html", context)


def _line(actor: Actor, case: CaseFile, numbers: list[PhoneNumber]) -> Line:
    workflow = workflow_of(case.workflow)
    is_mine = actor.may("work_cases") or case.owner_id in actor.position_ids
    return Line(case, workflow.title, workflow.state(case.state), numbers, is_mine)
