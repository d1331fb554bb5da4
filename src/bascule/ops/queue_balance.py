"""On the last afternoon of the demo cases are brought to where the fewest stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bascule.access.acting import acting
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile
from bascule.cases.queries import open_cases
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.ops.queue_choices import WAYS, every_choice


def even_out(cases: Sequence[CaseFile], actor: Actor, at: datetime, *, overseer: Actor) -> None:
    """Bring one of the actor's cases of each workflow along a way, to where the fewest stand.

    `overseer` sees how many stand where in all queues. No state is left without a case for it.
    """
    for workflow, ways in WAYS.items():
        standing = standing_of(overseer)
        moves = [
            (standing[workflow, _end_of(case, steps)], place, case, steps)
            for case in cases if case.workflow == workflow and standing[workflow, case.state] > 1
            for place, way in enumerate(ways) if (steps := _still_to_go(case, way))
        ]  # fmt: skip
        fewest = min(moves, key=lambda move: move[:2], default=None)
        if fewest is not None and fewest[0] < standing[workflow, fewest[2].state]:
            _walk(fewest[2], fewest[3], actor, at)


def standing_of(overseer: Actor) -> Counter[tuple[str, str]]:
    """Count the open cases in each state (workflow, state) as `overseer` sees them."""
    with acting(overseer):
        found = open_cases(overseer).filter(workflow__in=WAYS).order_by()
        return Counter(found.values_list("workflow", "state"))


def _still_to_go(case: CaseFile, way: Sequence[str]) -> Sequence[str]:
    """Return the steps of a way from where the case stands; none where it is not on the way."""
    steps = [step.key for step in workflow_of(case.workflow).steps_from(case.state)]
    begins = [place for place, step in enumerate(way) if step in steps]
    return way[begins[0] :] if begins else ()


def _end_of(case: CaseFile, steps: Sequence[str]) -> str:
    """Return the state to which the steps lead."""
    declared = {step.key: step.to for step in workflow_of(case.workflow).steps}
    return declared[steps[-1]]


def _walk(case: CaseFile, steps: Sequence[str], actor: Actor, at: datetime) -> None:
    said = {each.step: each for each in every_choice(case.workflow)}
    for step in steps:
        with acting(actor):
            case = take_step(
                actor, case=case, step=step, at=at,
                answers=said[step].answers(str(case.student.school) if case.student else ""),
            )  # fmt: skip
