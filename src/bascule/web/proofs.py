"""What a search for a lost child has to prove, in order, and what of it is proven already."""

from collections.abc import Sequence
from dataclasses import dataclass

from bascule.cases.declarations import Workflow
from bascule.cases.models import Transition
from bascule.mobility.workflows.lost_child import BEGINS_AGAIN, PROOFS


@dataclass(frozen=True)
class Proof:
    """One proof by the label of its step; `day` is the day it tells of, "" while it is owed."""

    label: str
    day: str


def proofs_of(workflow: Workflow, history: Sequence[Transition]) -> list[Proof]:
    """Return the proofs of a search in their order; none for any other workflow.

    `history` ascends. What was proven before a police report counts no more: the search begins
    again (domain/mobility.md 1.4).
    """
    steps = {step.key: step for step in workflow.steps}
    if not set(PROOFS) <= set(steps):
        return []
    proven: dict[str, str] = {}
    for entry in history:
        if entry.step in BEGINS_AGAIN:
            proven.clear()
        proven[entry.step] = _day_of(entry)
    return [Proof(steps[key].label, proven.get(key, "")) for key in PROOFS]


def _day_of(entry: Transition) -> str:
    """The day that was answered; of a step that asks for none, the day on which it was taken."""
    said = [str(value) for key, value in entry.answers.items() if key.endswith("_on")]
    return said[0] if said else entry.at.date().isoformat()
