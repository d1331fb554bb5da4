"""A step of a case is taken: its grounds, its asks, what stands in its way, then the move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.cases.actions.opening import reason_of_reach
from bascule.cases.declarations import Field, Step, Workflow
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.roster.actions.reach import end_reaches

TIMES = ("entered_state_at", "due_at", "aside_until")


@transaction.atomic
def take_step(
    actor: Actor,
    *,
    case: CaseFile,
    step: str,
    answers: dict[str, Any] | None = None,
    revision: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Take `step` of the case's workflow: its grounds, its asks, then the move and what follows.

    `revision` is the one that the person saw; Stale is raised where the case moved meanwhile.
    """
    case = locked(case, revision)
    at = at or now()
    declared = _permitted(actor, case, step, at).asked_of(actor, case)
    given = _answers(declared.asks, answers or {})
    if declared.unless and (refusal := declared.unless(actor, case=case, answers=given, at=at)):
        raise refusal
    found = declared.finds(actor, case=case, answers=given, at=at) if declared.finds else {}
    was, late = case.state, case.due_at is not None and at > case.due_at
    before = None if declared.then else standing_of(case)
    _move(case, declared, at)
    kept = {ask.key: ask.kept(given[ask.key]) for ask in declared.asks if ask.key in given}
    kept |= found
    _keep_transition(actor, case, Transition(
        case=case, step=step, from_state=was, answers=kept, at=at, was_late=late, before=before,
    ))  # fmt: skip
    if declared.then:
        declared.then(actor, case=case, answers=given, at=at)
    if case.closed_at:
        end_reaches(actor, reasons=[reason_of_reach(case)], at=at)
    return case


def standing_of(case: CaseFile) -> dict[str, str | None]:
    """Return how a case stands, for who undoes what comes next: its clock, and whether aside."""
    times = {name: getattr(case, name) for name in TIMES}
    told = {name: time.isoformat() if time else None for name, time in times.items()}
    return told | {"aside_because": case.aside_because}


def locked(case: CaseFile, revision: int | None) -> CaseFile:
    """Return the case as it is now, held until the transaction ends; Stale where it has moved."""
    case = CaseFile.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if revision is not None and case.revision != revision:
        raise Stale("case-moved", _("Somebody moved this case while you were looking at it."))
    if case.absorbed_by_id:
        raise Refusal("absorbed", _("This case goes on in the older one of this student."))
    return case


def _permitted(actor: Actor, case: CaseFile, key: str, at: datetime) -> Step:
    """Return the step called `key`, which the actor may take from here at this instant."""
    workflow = workflow_of(case.workflow)
    step = step_of(workflow, case, key)
    SEE.require(case, actor)
    require_own(actor, case, step)
    _require_time(workflow, case, step, at)
    return step


def step_of(workflow: Workflow, case: CaseFile, step: str) -> Step:
    """Return the step called `step` that leaves the state of the case; Refusal where none does."""
    for declared in workflow.steps_from(case.state):
        if declared.key == step:
            return declared
    here = _(workflow.state(case.state).label)
    raise Refusal(
        "no-such-step", _("From “%(state)s” this step cannot be taken.") % {"state": here}
    )


def require_own(actor: Actor, case: CaseFile, step: Step) -> None:
    """Refuse a step whose ground the actor does not have."""
    if step.who is None or not step.who(actor, case):
        raise NotPermitted(
            "not-permitted",
            _("“%(step)s” is not yours to take.") % {"step": _(step.label)},
            str(case.owner),
        )


def _require_time(workflow: Workflow, case: CaseFile, step: Step, at: datetime) -> None:
    """Refuse what the clock of the state has made void, though no job may have noticed yet."""
    if step not in workflow.steps_at(case.state, case.due_at, at):
        said = {"state": _(workflow.state(case.state).label), "step": _(step.label)}
        words = _("“%(state)s” ran out; “%(step)s” is no longer possible.") % said
        raise Refusal("time-is-over", words)


def _answers(asks: Sequence[Field], given: dict[str, Any]) -> dict[str, Any]:
    """Keep only what the step asks for; refuse what is missing or is no possible answer."""
    missing = [_(ask.label) for ask in asks if ask.required and not given.get(ask.key)]
    if missing:
        raise Refusal("missing-answer", _("Still needed: %(asks)s.") % {"asks": ", ".join(missing)})
    said = [(ask, given[ask.key]) for ask in asks if given.get(ask.key)]
    wrong = [ask for ask, value in said if not ask.accepts(str(value))]
    if wrong:
        labels = ", ".join(_(ask.label) for ask in wrong)
        words = _("Not a possible answer: %(asks)s.") % {"asks": labels}
        raise Refusal("no-such-answer", words, _(wrong[0].lifted_by) if wrong[0].lifted_by else "")
    return {ask.key: value for ask, value in said}


def _move(case: CaseFile, step: Step, at: datetime) -> None:
    """Let the case stand where the step leads, with the clock of that state."""
    workflow = workflow_of(case.workflow)
    case.state, case.entered_state_at = step.to, at
    case.revision += 1
    case.aside_until, case.aside_because = None, ""
    if workflow.state(step.to).ends:
        case.closed_at, case.due_at = at, None
    elif not step.keeps_clock:
        case.due_at = workflow.clock(step.to).due_at(at, school_calendar())
    case.save()


def _keep_transition(actor: Actor, case: CaseFile, taken: Transition) -> None:
    """Write the step that was taken, and the decision."""
    taken.to_state = case.state
    taken.user_id, taken.actor_name = actor.user_id, case.signature(actor)
    taken.save()
    record_decision(
        actor, f"{case.workflow}.{taken.step}", kind="case", uuid=case.uuid,
        particulars={"from": taken.from_state, "to": case.state},
    )  # fmt: skip
