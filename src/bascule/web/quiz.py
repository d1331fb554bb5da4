"""The questions of a procedure as its page asks them: no right answer before it was given."""

from django.http import HttpRequest

from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.actions.scenarios import MOST_ANSWERS
from bascule.mobility.models import ProcedureScenario, ProcedureVersion
from bascule.mobility.queries import Failure, in_force
from bascule.mobility.tickets import ROOT_CAUSES

PLACES = tuple(str(place) for place in range(MOST_ANSWERS))


def quiz_of(
    request: HttpRequest, actor: Actor, versions: list[ProcedureVersion], *, is_tried: bool
) -> dict[str, object]:
    """Return the scenarios as they are asked, and those that who has signed may read again.

    `is_tried`: this request answered them and was counted. Only then, and only of what is wrong,
    stand the reason and the passage there.
    """
    holds = in_force(versions, today())
    asked = list(holds.scenarios.all()) if holds else []
    said = answers_in(request, holds) if holds and request.method == "POST" else {}
    quiz = [
        (each, list(enumerate(each.answers)), said.get(each.number),
         is_tried and said.get(each.number) != each.right)
        for each in asked
    ]  # fmt: skip
    year = school_year_of(today())
    own = holds.signatures.filter(person=actor.person_id, school_year=year) if holds else None
    learned = [(each, each.answers[each.right]) for each in asked] if own and own.exists() else []
    return {"quiz": [_labeled(*line) for line in quiz], "learned": learned}


def _labeled(
    scenario: ProcedureScenario, answers: list[tuple[int, str]], said: int | None, is_wrong: bool
) -> dict[str, object]:
    """Return a scenario as its page shows it: no right answer, and a reason only where wrong."""
    return {
        "number": scenario.number, "question": scenario.question, "answers": answers,
        "said": said, "facts": facts_of(scenario), "why": scenario.why if is_wrong else "",
        "passage": scenario.passage if is_wrong else "",
    }  # fmt: skip


def facts_of(pattern: Failure | ProcedureScenario) -> dict[str, object]:
    """Return the labels of a masked pattern; the page translates them."""
    workflow, cause = workflow_of(pattern.workflow), ROOT_CAUSES.get(pattern.root_cause)
    return {
        "workflow": workflow.title, "state": workflow.state(pattern.state).label,
        "cause": cause.label if cause else "", "band": pattern.grade_band, "hours": pattern.hours,
    }  # fmt: skip


def answers_in(request: HttpRequest, version: ProcedureVersion) -> dict[int, int]:
    """Return the answers in a form, by the number of the scenario."""
    said = {n: request.POST.get(f"answer-{n}", "") for n in range(1, version.scenarios.count() + 1)}
    return {number: int(text) for number, text in said.items() if text in PLACES}
