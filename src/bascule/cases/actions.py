"""The verbs of every workflow: open a case, take a step, add a note."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bascule.cases.declarations import Field, Step, Workflow
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.cases.queries import fallback_owner, may_open, owners_by_school
from bascule.cases.registry import absorbing, workflow_of
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.roster.actions.reach import end_reaches, grant_reaches
from bascule.roster.models import Reach, Student
from bascule.roster.policies import SEE as SEE_STUDENT


@dataclass(frozen=True)
class Opening:
    """A case to be opened about one student: why, and what the finder knew."""

    student: Student
    reason: str
    particulars: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_cases(
    actor: Actor, *, workflow: str, openings: Sequence[Opening], at: datetime | None = None
) -> list[CaseFile]:
    """Open one case for each opening whose student has none open yet; return the new ones.

    The number of queries does not grow with the number of openings. Raises Refusal where no
    position can own a case.
    """
    declared, at = workflow_of(workflow), at or now()
    fresh = _without_an_open_case(workflow, openings)
    if not fresh:
        return []
    owners = owners_by_school(declared.owner_roles, local_day(at))
    fallback = fallback_owner(declared.owner_role).pk
    due_at = declared.clock(declared.start.key).due_at(at, school_calendar())
    cases = CaseFile.objects.bulk_create(
        _new_case(declared, opening, owners.get(opening.student.school_id or 0, fallback),
                  at, due_at)
        for opening in fresh
    )  # fmt: skip
    _keep_openings(actor, cases, at)
    grant_reaches(actor, reaches=[_reach_of_owner(case) for case in cases])
    return cases


def _without_an_open_case(workflow: str, openings: Sequence[Opening]) -> list[Opening]:
    """Return one opening a student, of those who have no case open that would be in its way."""
    by_scope = {str(opening.student.uuid): opening for opening in openings}
    known = CaseFile.objects.filter(
        workflow__in=[workflow, *absorbing(workflow)], scope_key__in=list(by_scope),
        closed_at__isnull=True,
    )  # fmt: skip
    taken = set(known.values_list("scope_key", flat=True))
    return [opening for scope, opening in by_scope.items() if scope not in taken]


def _new_case(
    declared: Workflow, opening: Opening, owner: int, at: datetime, due_at: datetime | None
) -> CaseFile:
    """Return a case in the first state of its workflow, not yet saved."""
    return CaseFile(
        workflow=declared.key, version=declared.version, state=declared.start.key,
        student=opening.student, owner_id=owner, tier=declared.tier,
        scope_key=str(opening.student.uuid), reason=opening.reason[:400],
        particulars=opening.particulars, opened_at=at, entered_state_at=at, due_at=due_at,
    )  # fmt: skip


def _reach_of_owner(case: CaseFile) -> Reach:
    """Whoever is on duty for the case keeps sight of its student, wherever the roster moves it."""
    return Reach(
        student=case.student, position_id=case.owner_id, ground=case.workflow, tier=case.tier,
        because=reason_of_reach(case), starts_at=case.opened_at,
    )  # fmt: skip


def reason_of_reach(case: CaseFile) -> str:
    """Return what the reaches that a case gives are given for; they end with it."""
    return f"case {case.uuid}"


def open_case(
    actor: Actor, *, workflow: str, student: Student, reason: str, at: datetime | None = None
) -> CaseFile:
    """Open one case about `student` in the actor's name; the open one of its kind is returned.

    A restricted case of the kind that the actor may not see stays apart: nothing tells of it.
    Raises NotPermitted where the actor may not see the student or not open such a case.
    """
    SEE_STUDENT.require(student, actor)
    declared = workflow_of(workflow)
    if not may_open(actor, declared):
        raise NotPermitted(
            "not-permitted", _("“%(case)s” is not yours to open.") % {"case": _(declared.title)}
        )
    open_cases(actor, workflow=workflow, openings=[Opening(student, reason)], at=at)
    kinds = [workflow, *absorbing(workflow)]
    found = CaseFile.objects.filter(workflow__in=kinds, student=student, closed_at__isnull=True)
    seen = SEE.filter(found, actor)
    return seen.order_by("-opened_at", "-id")[0]  # what absorbs a case may stand beside it


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
    case = CaseFile.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if revision is not None and case.revision != revision:
        raise Stale("case-moved", _("Somebody moved this case while you were looking at it."))
    if case.absorbed_by_id:
        raise Refusal("absorbed", _("This case goes on in the older one of this student."))
    workflow = workflow_of(case.workflow)
    declared = _step_of(workflow, case, step)
    _require_grounds(actor, case, declared)
    at = at or now()
    _require_time(workflow, case, declared, at)
    asks = [ask.asked_of(actor, case) for ask in declared.asks]
    given = _answers(asks, answers or {})
    if declared.unless and (refusal := declared.unless(actor, case=case, answers=given, at=at)):
        raise refusal
    was, late = case.state, case.due_at is not None and at > case.due_at
    case.state, case.entered_state_at = declared.to, at
    case.revision += 1
    if workflow.state(declared.to).ends:
        case.closed_at, case.due_at = at, None
    else:
        case.due_at = workflow.clock(declared.to).due_at(at, school_calendar())
    case.save()
    kept = {ask.key: ask.kept(given[ask.key]) for ask in asks if ask.key in given}
    _keep_transition(actor, case, step=step, from_state=was, answers=kept, at=at, was_late=late)
    if declared.then:
        declared.then(actor, case=case, answers=given, at=at)
    if case.closed_at:
        end_reaches(actor, because=reason_of_reach(case), at=at)
    return case


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
        _require_own(actor, case, declared)
    _keep_endings(actor, moves, at)
    for case in ready:
        end_reaches(actor, because=reason_of_reach(case), at=at)
    return len(ready)


def _still_as_read(cases: Sequence[CaseFile]) -> list[CaseFile]:
    """Lock and return those of the cases that are open and that nobody has moved since."""
    revisions = {case.pk: case.revision for case in cases}
    locked = CaseFile.objects.select_for_update().filter(pk__in=revisions, closed_at__isnull=True)
    return [case for case in locked.order_by("id") if case.revision == revisions[case.pk]]


def _ending_step(workflow: Workflow, case: CaseFile, key: str) -> Step:
    step = _step_of(workflow, case, key)
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
                   user_id=actor.user_id, actor_name=actor.name,
                   was_late=case.due_at is not None and at > case.due_at)
        for case, step in moves
    )  # fmt: skip
    for case, step in moves:
        record_decision(
            actor, f"{case.workflow}.{step.key}", kind="case", uuid=case.uuid,
            particulars={"from": case.state, "to": step.to},
        )  # fmt: skip


@transaction.atomic
def add_note(
    actor: Actor, *, case: CaseFile, kind: str, text: str, at: datetime | None = None
) -> Note:
    """Keep a contact or a remark on the case. An empty text is refused."""
    SEE.require(case, actor)
    works = actor.may("work_cases") or case.owner_id in actor.position_ids or actor == NIGHTLY
    if not works:
        raise NotPermitted("not-permitted", _("Only who works on cases may add to this one."))
    if not text.strip():
        raise Refusal("empty-note", _("Write what was tried and with which outcome."))
    note = Note.objects.create(
        case=case, kind=kind, text=text.strip(), at=at or now(),
        user_id=actor.user_id, actor_name=actor.name,
    )  # fmt: skip
    record_decision(actor, "add_note", kind="case", uuid=case.uuid, particulars={"kind": kind})
    return note


def _step_of(workflow: Workflow, case: CaseFile, step: str) -> Step:
    for declared in workflow.steps_from(case.state):
        if declared.key == step:
            return declared
    here = _(workflow.state(case.state).label)
    raise Refusal(
        "no-such-step", _("From “%(state)s” this step cannot be taken.") % {"state": here}
    )


def _require_grounds(actor: Actor, case: CaseFile, step: Step) -> None:
    SEE.require(case, actor)
    _require_own(actor, case, step)


def _require_own(actor: Actor, case: CaseFile, step: Step) -> None:
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


def _keep_openings(actor: Actor, cases: Sequence[CaseFile], at: datetime) -> None:
    Transition.objects.bulk_create(
        Transition(case=case, step="open", to_state=case.state, at=at, user_id=actor.user_id,
                   actor_name=actor.name)
        for case in cases
    )  # fmt: skip
    for case in cases:
        record_decision(
            actor,
            f"{case.workflow}.open",
            kind="case",
            uuid=case.uuid,
            particulars={"to": case.state},
        )


def _keep_transition(
    actor: Actor,
    case: CaseFile,
    *,
    step: str,
    from_state: str,
    answers: dict[str, Any],
    at: datetime,
    was_late: bool,
) -> None:
    Transition.objects.create(
        case=case, step=step, from_state=from_state, to_state=case.state, at=at,
        user_id=actor.user_id, actor_name=actor.name, answers=answers, was_late=was_late,
    )  # fmt: skip
    record_decision(
        actor,
        f"{case.workflow}.{step}",
        kind="case",
        uuid=case.uuid,
        particulars={"from": from_state, "to": case.state},
    )
