"""The hand-back list: what others did on somebody's cases while they were away."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bascule.cases.declarations import Workflow
from bascule.cases.hand_backs import HandBack, cases_moved, handed_back
from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.directory.models import Absence
from bascule.kernel.actor import Actor
from bascule.web.pages import note_reads, page

A_PAGE = 50


@dataclass(frozen=True)
class Event:
    """One thing that somebody did meanwhile: a step, or a contact with its text."""

    at: datetime
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True)
class Line:
    """One case with what happened on it, and how it stands now."""

    case: CaseFile
    workflow: str
    state: str
    events: list[Event]


@page("work_cases")
def hand_back(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show what happened on the person's cases: to the person, and to who plans cover."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    absence = get_object_or_404(Absence.objects.select_related("person", "cover"), uuid=uuid)
    if actor.person_id != absence.person_id and not actor.may("plan_cover"):
        raise Http404("There is no such page for you.")
    moved = cases_moved(actor, absence)
    shown = Paginator(moved, A_PAGE).get_page(request.GET.get("page"))
    cases = list(shown.object_list)
    note_reads(request, SEE.likely_ground(actor), (case.student for case in cases))
    lines = [_line(each) for each in handed_back(absence, cases)]
    context = {
        "absence": absence, "shown": shown, "is_mine": actor.person_id == absence.person_id,
        "groups": [
            ("waits", [each for each in lines if each.case.closed_at is None]),
            ("closed", [each for each in lines if each.case.closed_at is not None]),
        ],
    }  # fmt: skip
    return render(request, "hand_back.html", context)


def _line(each: HandBack) -> Line:
    workflow = workflow_of(each.case.workflow)
    events = [Event(move.at, move.actor_name, _step(workflow, move.step)) for move in each.moves]
    events += [Event(note.at, note.actor_name, note.get_kind_display(), note.text)
               for note in each.notes]  # fmt: skip
    return Line(
        each.case, workflow.title, workflow.state(each.case.state).label,
        sorted(events, key=lambda event: event.at),
    )  # fmt: skip


def _step(workflow: Workflow, key: str) -> str:
    """Return the verb of a step in words; how a case opened is no declared step."""
    return next((step.label for step in workflow.steps if step.key == key), OPENED)


OPENED = "New case"
