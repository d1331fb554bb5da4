"""Cases are opened: by the night for many students at once, or by hand for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.cases.declarations import Workflow
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.queries import fallback_owner, may_open, may_raise, owners_by_school
from bascule.cases.registry import absorbing, workflow_of
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted
from bascule.roster.actions.reach import end_reaches, grant_reaches
from bascule.roster.models import Reach, Student
from bascule.roster.policies import SEE as SEE_STUDENT

BEFORE_THE_PAGE_WAS_ASKED_FOR = timedelta(minutes=5)
"""Row-level security compares with the instant at which the transaction began."""


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
    fallback = fallback_owner(declared.owner_roles).pk
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
        shows=list(workflow_of(case.workflow).shows), because=reason_of_reach(case),
        starts_at=case.opened_at,
    )  # fmt: skip


def reason_of_reach(case: CaseFile) -> str:
    """Return what the reaches that a case gives are given for; they end with it."""
    return f"case {case.uuid}"


def open_case(
    actor: Actor, *, workflow: str, student: Student, reason: str, at: datetime | None = None
) -> CaseFile:
    """Open one case about `student` in the actor's name; the open one of its kind is returned.

    A restricted case of the kind that the actor may not see stays apart: nothing tells of it.
    Raises NotPermitted where the actor may not see the student or not open such a case, Refusal
    where such a case cannot be about this student.
    """
    SEE_STUDENT.require(student, actor)
    declared = workflow_of(workflow)
    if not may_open(actor, declared):
        raise NotPermitted(
            "not-permitted", _("“%(case)s” is not yours to open.") % {"case": _(declared.title)}
        )
    if declared.unless and (refusal := declared.unless(student)):
        raise refusal
    open_cases(actor, workflow=workflow, openings=[Opening(student, reason)], at=at)
    kinds = [workflow, *absorbing(workflow)]
    found = CaseFile.objects.filter(workflow__in=kinds, student=student, closed_at__isnull=True)
    seen = SEE.filter(found, actor)
    return seen.order_by("-opened_at", "-id")[0]  # what absorbs a case may stand beside it


@transaction.atomic
def report_case(
    actor: Actor, *, workflow: str, student: Student, reason: str, at: datetime | None = None
) -> None:
    """Have a restricted case opened for those who may know of it; the reporter sees none of it.

    Nothing tells whether such a case was open already. The reporter holds a reach of the kind for
    the transaction alone, so that both locks let the rows in. Raises NotPermitted where the actor
    may not see the student or not report such a case.
    """
    SEE_STUDENT.require(student, actor)
    declared, at = workflow_of(workflow), at or now()
    if not may_raise(actor, declared):
        raise NotPermitted(
            "not-permitted", _("“%(case)s” is not yours to open.") % {"case": _(declared.title)}
        )
    because = f"report {uuid4()}"
    grant_reaches(actor, reaches=[
        Reach(student=student, person_id=actor.person_id, ground=workflow, tier=declared.tier,
              because=because, starts_at=at - BEFORE_THE_PAGE_WAS_ASKED_FOR),
    ])  # fmt: skip
    open_cases(actor, workflow=workflow, openings=[Opening(student, reason)], at=at)
    end_reaches(actor, reasons=[because], at=at)


def _keep_openings(actor: Actor, cases: Sequence[CaseFile], at: datetime) -> None:
    Transition.objects.bulk_create(
        Transition(case=case, step="open", to_state=case.state, at=at, user_id=actor.user_id,
                   actor_name=case.signature(actor))
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
