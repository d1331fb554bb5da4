"""What the page of one case shows: its path, its next steps, what happened, who else is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from bascule.cases.declarations import Step, Workflow
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.cases.presences import others_here
from bascule.cases.queries import may_note
from bascule.cases.registry import workflow_of
from bascule.directory.models import Person
from bascule.directory.on_duty import duty_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
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
from bascule.web.case_path import path_of
from bascule.web.eligibility import ToldFinding, told_findings
from bascule.web.family_panel import family_panel
from bascule.web.neighbors import neighbors_of
from bascule.web.proofs import proofs_of
from bascule.web.round_odds import Chances, chances_of
from bascule.web.undoing import undo_of


@dataclass(frozen=True)
class Told:
    """One move of a case in words: where it led, what was answered to what, what was found."""

    entry: Transition
    state: str
    answers: list[tuple[str, str]]
    findings: list[ToldFinding]


def case_page(request: HttpRequest, case: CaseFile) -> dict[str, Any]:
    """Return what the page of a case in sight shows to who asks for it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    taken = list(Transition.every.filter(case=case))
    notes = list(Note.every.filter(case=case).order_by("-at"))
    standing = [each for each in taken if each.undone_at is None]
    workflow = workflow_of(case.workflow)
    return {
        "case": case,
        "workflow": workflow,
        "history": [_told(workflow, entry) for entry in reversed(taken)],
        "notes": notes,
        "undo": undo_of(actor, case, taken, notes),
        "note_kinds": Note.Kind.choices,
        "outcomes": Note.Outcome.choices,
        "near": neighbors_of(actor, case, request.GET or request.POST),
        "others": others_here(actor, case, now()),
        "draft_page": reverse("case", args=[case.uuid]),
        "languages": settings.LANGUAGES,
        **_next_steps(actor, case, workflow),
        **_standing(actor, case, workflow, standing),
    }


def _next_steps(actor: Actor, case: CaseFile, workflow: Workflow) -> dict[str, Any]:
    """Return the steps that the actor may take now, who else would, and what helps to decide."""
    possible = workflow.steps_at(case.state, case.due_at, now())
    possible = [] if case.absorbed_by_id else possible
    mine = [each for each in possible if each.who and each.who(actor, case)]
    steps, fit = _fitted(actor, case, [each.asked_of(actor, case) for each in mine])
    duty = duty_of([case.owner_id], today())[case.owner_id]
    return {
        "steps": steps,
        "fit": fit,
        "elsewhere": not steps and case.closed_at is None,
        "duty": duty,
        "on_duty": Person.objects.filter(pk=duty.person_id or 0).first(),
        "is_aside": case.is_aside(now()),
        "may_aside": may_note(actor, case) and bool(case.due_at and case.due_at > now()),
        "tomorrow": today() + timedelta(days=1),
        "attempts": attempts_on(case, now()) if _counts_attempts(steps) else None,
        "eligibility": _weighed(workflow, case),
        "rules": {"version": RULES_VERSION, "since": BANDS.since},
        "chances": _chances(actor, case),
    }


def _standing(
    actor: Actor, case: CaseFile, workflow: Workflow, history: Sequence[Transition]
) -> dict[str, Any]:
    """Return how the case stands by the steps that count, and what stands beside it."""
    return {
        "path": path_of(workflow, case, history, now()),
        "bridge": bridge_of(case, history),
        "promise": _promise(case, history),
        "proofs": proofs_of(workflow, history),
        "absorbed": _absorbed(case, actor),
        "flags": SEE.keep(list(stopping_flags(case).exclude(pk=case.pk)), actor),
        "family": family_panel(actor, case),
    }


def meanwhile(
    actor: Actor, case: CaseFile, step: str, said: dict[str, str], history: Sequence[Told]
) -> dict[str, Any]:
    """Return what was saved meanwhile and what somebody typed for a step that came too late.

    `case` is as it was when they typed; the step may not be there any more.
    """
    declared = [each for each in workflow_of(case.workflow).steps if each.key == step]
    asks = declared[0].asked_of(actor, case).asks if declared else ()
    typed = [(ask.label, ask.words(said[ask.key])) for ask in asks if said.get(ask.key)]
    latest = max(history, key=lambda told: told.entry.undone_at or told.entry.at)
    return {"typed": typed, "meanwhile": latest}


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
