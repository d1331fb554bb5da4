"""Moves from one Options school to another: who may make one, and the seat that is left behind."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.offers import Ended, end_hold
from bascule.mobility.models import Handover, SeatHold
from bascule.roster.models import Student


def refuse_options_student(student: Student) -> Refusal | None:
    """Return that a student of an Options school moves by another case, with the Lead; or None."""
    if not _is_at_options_school(student):
        return None
    words = _("The student is at an Options school: open an Options-to-Options move.")
    return Refusal("at-options-school", words, _("Student Mobility Lead"))


def refuse_other_student(student: Student) -> Refusal | None:
    """Return that the student is at no Options school and needs an Options transfer; or None."""
    if _is_at_options_school(student):
        return None
    words = _("The student is at no Options school now: open an Options transfer.")
    return Refusal("at-no-options-school", words, _("Student Mobility Lead"))


def _is_at_options_school(student: Student) -> bool:
    return student.is_enrolled and student.school is not None and student.school.is_options


def leave_earlier_seat(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> None:
    """Free the seat at the Options school that was left, now that the student is at the other.

    Until the first day there it stays the student's: nobody is to lose both. The case by which it
    was given goes on as it stands, clock and all.
    """
    made = Handover.objects.filter(case=case, taken_back_at=None).first()
    if made is None:
        return
    held = SeatHold.objects.filter(
        student=made.student_id, line__program__school=made.from_school_id, ended_at=None,
        accepted_at__isnull=False,
    )  # fmt: skip
    for hold in held.exclude(case=case).select_related("case"):
        end_hold(actor, case=hold.case, ended=Ended.LEFT, at=at)
