"""A student is enrolled the same day; what is missing follows (domain/mobility.md 1.3, 1.5, 6.1).

No school may refuse to admit because records are missing (105 ILCS 10/8.1(a)); students in
temporary living situations or in care, released from detention, or not safe where they are, are
enrolled at once. Which of these holds is restricted and stands in no case that a school sees.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bascule.cases.actions import Opening, open_cases, reason_of_reach
from bascule.cases.declarations import Choices
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.offers import end_hold
from bascule.mobility.models import Handover, SeatHold
from bascule.mobility.queries import under_way
from bascule.roster.actions.reach import grant_reaches
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES, EntryKind, ExitKind
from bascule.roster.models import Reach, Student

REASON = "Is enrolled at once; what is missing follows."
FORCED = "Enrolled at once: no school may wait for the other."
LEFT_BEFORE = "The student had left before."
COMES = next(each.code for each in ENTRY_CODES.values() if each.kind == EntryKind.TRANSFER_WITHIN)
LEAVES = next(each.code for each in EXIT_CODES.values() if each.kind == ExitKind.TRANSFER_WITHIN)
Answers = Mapping[str, Any]


def schools_to_enroll_at(actor: Actor, case: CaseFile) -> Choices:
    """Return the schools that teach the student's grade, the last one first: it is the first right.

    A school whose grades nobody reports is ruled out of nothing, nor is a student without a grade.
    """
    student = case.student
    if student is None:
        return ()
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    teaching = [
        each for each in schools.order_by("name")
        if not (student.grade and each.grades) or student.grade in each.grades.split(",")
        or each.pk == student.school_id
    ]  # fmt: skip
    teaching.sort(key=lambda each: each.pk != student.school_id)
    return tuple((str(each.uuid), each.name) for each in teaching)


def enroll_at_once(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Let the school see the student, and agree the move with the SIS in both schools' stead.

    Nobody is asked to release: the last day there is the school day before the first day here, or
    the day on which the student had left. At the school where the roster has the student already
    there is nothing to hand over. A move that was signed before and has not come about is taken
    back: the student is claimed by one school.
    """
    school = Organization.objects.get(uuid=UUID(str(answers["school"])))
    case.particulars = {**case.particulars, "school": school.pk}
    case.save(update_fields=["particulars"])
    student = case.student
    if student is None:
        return
    grant_reaches(actor, reaches=[
        Reach(student=student, organization=school, ground=case.workflow,
              because=reason_of_reach(case), starts_at=at),
    ])  # fmt: skip
    under_way(student.pk).update(taken_back_at=at)
    if student.school_id not in (None, school.pk):
        first_day = date.fromisoformat(answers["first_day"])
        _keep_handover(actor, case, student, school, first_day, at)


def _keep_handover(
    actor: Actor, case: CaseFile, student: Student, school: Organization, first: date, at: datetime
) -> None:
    signature = case.signature(actor)
    Handover.objects.create(
        case=case, student=student, from_school_id=student.school_id or 0, to_school=school,
        first_day_on=first, entry_code=COMES, forced_because=FORCED,
        **_sending_half(student, first),
        received_by=actor.user_id, received_name=signature, received_at=at,
        released_by=actor.user_id, released_name=signature, released_at=at,
    )  # fmt: skip


def _sending_half(student: Student, first: date) -> dict[str, Any]:
    """Return the sending school's day and code; of who had left, those that the roster has."""
    if student.left_on and student.left_on < first:
        code = student.exit_code or LEAVES
        return {"last_day_on": student.left_on, "exit_code": code, "gap_because": LEFT_BEFORE}
    return {"last_day_on": school_calendar().school_days_before(first, 1), "exit_code": LEAVES}


def open_immediate_lane(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Open the case that enrolls the student today, for whoever is on duty for their school.

    Its reason says nothing of the case from which it comes.
    """
    if case.student is not None:
        opening = Opening(case.student, REASON)
        open_cases(actor, workflow="immediate_enrollment", openings=[opening], at=at)


def leave_for_immediate_lane(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> None:
    """Free a seat that is held, and enroll the student today instead."""
    end_hold(actor, case=case, ended=SeatHold.Ended.WITHDRAWN, at=at)
    open_immediate_lane(actor, case=case, answers=answers, at=at)


def receives_at_once(actor: Actor, case: CaseFile) -> bool:
    """The clerk, intake or principal of the school at which the student was enrolled at once."""
    speaks = actor.may("accept_student") or actor.may("release_student")
    return speaks and case.particulars.get("school") in actor.school_ids


def refuse_another_lane(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Return that the student is already on the way by the immediate lane; None where not."""
    under_way = CaseFile.objects.filter(
        workflow="immediate_enrollment", student=case.student_id, student__isnull=False,
        closed_at=None,
    )  # fmt: skip
    if not under_way.exists():
        return None
    return Refusal("already-enrolling", _("The student is being enrolled at once already."))
