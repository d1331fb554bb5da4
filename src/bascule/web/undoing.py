"""What can be undone on a case, and what was undone just now: for ten seconds as a toast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bascule.cases.actions import latest_act, may_undo, name_of
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now

SHOWN = timedelta(seconds=10)


@dataclass(frozen=True)
class Undo:
    """The latest act on a case as its page offers to undo it; `act` is empty where it cannot be.

    `said` is what was done, or undone, within the last ten seconds; else empty.
    """

    act: str
    said: str


def undo_of(
    actor: Actor, case: CaseFile, steps: Sequence[Transition], notes: Sequence[Note]
) -> Undo:
    """Return what `actor` can undo of all that was ever done on the case, undone acts included."""
    act = latest_act(steps, notes)
    name = name_of(act) if act and may_undo(actor, case, act) else ""
    if act and name and act.user_id == actor.user_id and _is_fresh(act.at):
        return Undo(name, _done(case, act))
    undone = [each.undone_at for each in steps] + [each.undone_at for each in notes]
    was_undone = any(at and _is_fresh(at) for at in undone)
    return Undo("" if was_undone else name, _("Undone.") if was_undone else "")


def _is_fresh(at: datetime) -> bool:
    return timedelta(0) <= now() - at <= SHOWN


def _done(case: CaseFile, act: Transition | Note) -> str:
    if isinstance(act, Note):
        return _("Noted: %(kind)s.") % {"kind": act.get_kind_display()}
    steps = workflow_of(case.workflow).steps_from(act.from_state)
    label = next((step.label for step in steps if step.key == act.step), act.step)
    return _("Done: %(step)s.") % {"step": _(label)}
