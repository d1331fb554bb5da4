"""A request is weighed by the rules of eligibility; a person decides; what was found is kept."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal
from bascule.mobility.eligibility import (
    FAILS,
    VERSION,
    Facts,
    Finding,
    judged,
    kept_findings,
    may_be_denied_unasked,
)
from bascule.mobility.queries import programs_with
from bascule.roster.models import Student
from bascule.roster.one_student import credits_earned, marks_of

Answers = dict[str, Any]


def findings_on(case: CaseFile, at: datetime) -> list[Finding]:
    """Return what each rule says of the student of a case in view; nothing where it has none."""
    return judged(_facts(case.student, at)) if case.student else []


def _facts(student: Student, at: datetime) -> Facts:
    """Return what the rules read: the same for every reader, nothing of it restricted."""
    return Facts(
        day=local_day(at),
        birth_on=student.birth_on,
        credits=credits_earned(marks_of(student)),
        school=student.school.name if student.school and student.is_enrolled else "",
        is_doubted=_is_residency_doubted(student),
        programs=tuple(programs_with([])),
    )


def _is_residency_doubted(student: Student) -> bool:
    disputes = CaseFile.objects.filter(student=student, workflow="residency_dispute")
    return disputes.filter(closed_at=None, tier=CaseFile.Tier.STUDENT).exists()


def found_eligibility(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> dict[str, Any]:
    """Return what was found, to be kept with the step that was taken on it."""
    found = kept_findings(findings_on(case, at))
    return {"eligibility": {"version": VERSION, "findings": found}} if found else {}


def refuse_unexplained(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Return that a rule does not pass and nobody says why the request goes on; else None."""
    failing = [each.rule for each in findings_on(case, at) if each.verdict == FAILS]
    if not failing or str(answers.get("exception", "")).strip():
        return None
    rules = ", ".join(_(rule.title) for rule in failing if rule)
    words = _("This does not pass: %(rules)s. Say why the request goes on, or deny it.")
    return Refusal("exception-needed", words % {"rules": rules})


def refuse_without_due_process(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Return that a denial from 19 on says nothing of due process (105 ILCS 5/26-2(b)), or None.

    Who may be 19, since no birth date is reported, is asked for too.
    """
    if answers.get("due_process") or case.student is None:
        return None
    if may_be_denied_unasked(_facts(case.student, at)):
        return None
    words = _("The student is 19 or older, or no birth date is reported: say whether due process"
              " was held.")  # fmt: skip
    return Refusal("due-process-needed", words)
