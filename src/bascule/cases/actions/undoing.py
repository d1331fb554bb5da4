"""What was done last on a case is undone: it stands as before, with its clock; the log says so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bascule.cases.actions.opening import reason_of_reach
from bascule.cases.actions.stepping import TIMES, locked, require_own
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.roster.actions.reach import resume_reaches

Act = Transition | Note


def name_of(act: Act) -> str:
    """Return the name by which a form says what it undoes: "step 12", "note 7"."""
    return f"{'step' if isinstance(act, Transition) else 'note'} {act.pk}"


def latest_act(steps: Iterable[Transition], notes: Iterable[Note]) -> Act | None:
    """Return what was done last on a case, a step or a note; None where it was only opened."""
    acts: list[Act] = [*(each for each in steps if each.from_state), *notes]
    standing = [act for act in acts if not act.undone_at]
    return max(standing, key=lambda act: (act.at, isinstance(act, Note), act.pk), default=None)


def may_undo(actor: Actor, case: CaseFile, act: Act | None) -> bool:
    """Say whether the actor may undo `act`, the latest on a case in sight."""
    return act is not None and _in_the_way(actor, case, act, now()) is None


@transaction.atomic
def undo(actor: Actor, *, case: CaseFile, act: str, at: datetime | None = None) -> CaseFile:
    """Undo what was done last on the case: whoever did it, or who plans cover for the office.

    `act` is the name of what the person saw as the last; Stale where somebody went on meanwhile.
    The clock runs on as if nothing had been done: to undo wins no time. Refusal where a step did
    more than move the case, NotPermitted where it is somebody else's.
    """
    case, at = locked(case, None), at or now()
    SEE.require(case, actor)
    found = latest_act(case.transitions.all(), case.notes.all())
    if found is None or name_of(found) != act:
        raise Stale("case-moved", _("Somebody went on with this case: it can no longer be undone."))
    if refusal := _in_the_way(actor, case, found, at):
        raise refusal
    found.undone_at, found.undone_name = at, case.signature(actor)
    found.save(update_fields=["undone_at", "undone_name"])
    if isinstance(found, Transition):
        _move_back(actor, case, found)
    record_decision(actor, "undo", kind="case", uuid=case.uuid, particulars={"act": act})
    return case


def _in_the_way(actor: Actor, case: CaseFile, act: Act, at: datetime) -> Refusal | None:
    if act.user_id != actor.user_id and not actor.may("plan_cover"):
        return NotPermitted("not-permitted", _("Only who did this may undo it."), str(case.owner))
    if case.absorbed_by_id:
        return Refusal("absorbed", _("This case goes on in the older one of this student."))
    if isinstance(act, Note):
        is_aside = Refusal("aside", _("Take the case up again instead."))
        return is_aside if case.is_aside(at) else None
    if act.before is None:
        return Refusal("does-more", _("This step did more than move the case: it stays."))
    return None


def _move_back(actor: Actor, case: CaseFile, step: Transition) -> None:
    """Let the case stand where the step found it; whoever saw the student by it does again."""
    before = dict(step.before or {})
    was_closed, case.closed_at, case.state = case.closed_at, None, step.from_state
    for name in TIMES:
        said = before[name]
        setattr(case, name, datetime.fromisoformat(said) if said else None)
    case.aside_because = before["aside_because"]
    case.revision += 1
    if actor.user_id == step.user_id:
        [declared] = [each for each in workflow_of(case.workflow).steps_from(case.state)
                      if each.key == step.step]  # fmt: skip
        require_own(actor, case, declared)
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError:
        words = _("Meanwhile another case of this kind was opened for this student.")
        raise Refusal("another-open", words) from None
    if was_closed and not resume_reaches(actor, reason=reason_of_reach(case), ended_at=was_closed):
        words = _("Who answered for the case no longer sees the student.")
        raise Refusal("out-of-sight", words, _("the Student Mobility Lead"))
