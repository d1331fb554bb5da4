"""Many cases are closed at once, by a step that asks nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bascule.cases.actions.opening import reason_of_reach
from bascule.cases.actions.stepping import require_own, step_of
from bascule.cases.declarations import Step, Workflow
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted
from bascule.roster.actions.reach import end_reaches


@transaction.atomic
def close_cases(
    actor: Actor, *, cases: Sequence[CaseFile], step: str, at: datetime | None = None
) -> int:
    """Take one ending step of a workflow, that asks nothing, of many cases; return how many moved.

    The cases are of one workflow. What somebody moved since they were read stays as it is. Raises
    NotPermitted where the step of any is not the actor's to take: then nothing moves.
    """
    at = at or now()
    ready = _still_as_read(cases)
    if not ready:
        return 0
    workflow = workflow_of(ready[0].workflow)
    moves = [(case, _ending_step(workflow, case, step)) for case in ready]
    seen = SEE.filter(CaseFile.objects.filter(pk__in=[case.pk for case in ready]), actor)
    if seen.count() < len(ready):
        raise NotPermitted("not-permitted", _("You may not see this."), SEE.lifted_by)
    for case, declared in moves:
        require_own(actor, case, declared)
    _keep_endings(actor, moves, at)
    end_reaches(actor, reasons=[reason_of_reach(case) for case in ready], at=at)
    return len(ready)


def _still_as_read(cases: Sequence[CaseFile]) -> list[CaseFile]:
    """Lock and return those of the cases that are open and that nobody has moved since."""
    revisions = {case.pk: case.revision for case in cases}
    locked = CaseFile.objects.select_for_update().filter(pk__in=revisions, closed_at__isnull=True)
    return [case for case in locked.order_by("id") if case.revision == revisions[case.pk]]


def _ending_step(workflow: Workflow, case: CaseFile, key: str) -> Step:
    step = step_of(workflow, case, key)
    if step.asks or step.then or not workflow.state(step.to).ends:
        raise ValueError(f"{workflow.key}.{key} asks, goes on or does more: take it one by one")
    return step


def _keep_endings(actor: Actor, moves: Sequence[tuple[CaseFile, Step]], at: datetime) -> None:
    """Write where the cases ended and how they came there."""
    CaseFile.objects.filter(pk__in=[case.pk for case, _ in moves]).update(
        state=moves[0][1].to, entered_state_at=at, closed_at=at, due_at=None,
        revision=F("revision") + 1,
    )  # fmt: skip
    Transition.objects.bulk_create(
        Transition(case=case, step=step.key, from_state=case.state, to_state=step.to, at=at,
                   user_id=actor.user_id, actor_name=case.signature(actor),
                   was_late=case.due_at is not None and at > case.due_at)
        for case, step in moves
    )  # fmt: skip
    for case, step in moves:
        record_decision(
            actor, f"{case.workflow}.{step.key}", kind="case", uuid=case.uuid,
            particulars={"from": case.state, "to": step.to},
        )  # fmt: skip
