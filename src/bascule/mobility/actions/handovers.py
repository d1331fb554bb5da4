"""Both schools sign a move: what keeps the two halves from meeting, and the row that joins them."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Organization
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.offers import end_hold
from bascule.mobility.models import Handover, SeatHold
from bascule.mobility.queries import receiving_school, under_way
from bascule.roster.models import Student


class Halves(NamedTuple):
    """Who moves where, and the step with which the receiving school has signed."""

    student: Student
    from_school: Organization
    to_school: Organization
    intake: Transition

    @property
    def first_day(self) -> date:
        """The first day at the receiving school."""
        return date.fromisoformat(self.intake.answers["first_day"])


def refuse_handover(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> Refusal | None:
    """Return why the two halves do not meet; None where the sending school may sign.

    They meet where the last day there lies before the first day here with no school day in
    between, or with a reason for those that do (domain/mobility.md 1.5, state 8); and where the
    student is not on the way to another school already.
    """
    halves = _halves(case)
    if halves is None:
        return _not_received()
    last = date.fromisoformat(answers["last_day"])
    return (
        _refuse_days(halves, last)
        or _refuse_another_move(halves)
        or _refuse_gap(halves, last, answers.get("gap_because", ""))
    )


def commit_handover(actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime) -> None:
    """Keep both halves with both signatures, in the transaction of the step that releases.

    Nothing is written to the roster: the SIS is told by a file, and the roster confirms it.
    """
    halves = _halves(case)
    if halves is None:
        raise _not_received()
    Handover.objects.create(
        case=case, student=halves.student, from_school=halves.from_school,
        to_school=halves.to_school, last_day_on=date.fromisoformat(answers["last_day"]),
        first_day_on=halves.first_day, exit_code=answers["exit_code"],
        entry_code=halves.intake.answers["entry_code"],
        gap_because=answers.get("gap_because", "")[:400],
        forced_because=answers.get("why", "")[:400],
        received_by=halves.intake.user_id, received_name=halves.intake.actor_name,
        received_at=halves.intake.at,
        released_by=actor.user_id, released_at=at,
        released_name=case.signature(actor),
    )  # fmt: skip


def refuse_early_presence(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> Refusal | None:
    """Return that the first day has not come yet, or None: nobody is present before it."""
    first = Handover.objects.filter(case=case, first_day_on__gt=local_day(at)).first()
    if first is None:
        return None
    words = _("The first day is %(day)s.") % {"day": date_format(first.first_day_on)}
    return Refusal("not-yet", words)


def return_to_sending_school(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> None:
    """Free the seat and take the handover back: the SIS is not told, or not asked any more."""
    end_hold(actor, case=case, ended=SeatHold.Ended.RETURNED, at=at)
    Handover.objects.filter(case=case, taken_back_at=None).update(taken_back_at=at)


def _halves(case: CaseFile) -> Halves | None:
    """Return what is known of the move; None until the receiving school has named a first day."""
    intake = case.transitions.filter(step="finish_intake", answers__has_key="first_day").last()
    school, student = receiving_school(case), case.student
    if intake is None or school is None or student is None or student.school is None:
        return None
    return Halves(student, student.school, school, intake)


def _not_received() -> Refusal:
    return Refusal(
        "not-received", _("The receiving school has not signed: its first day is missing."),
        _("the intake of the receiving school"),
    )  # fmt: skip


def _refuse_days(halves: Halves, last: date) -> Refusal | None:
    if halves.from_school == halves.to_school:
        return Refusal("already-there", _("The roster shows the student at that school already."))
    if last >= halves.first_day:
        words = _("The last day must lie before the first day at the receiving school, %(day)s.")
        return Refusal("days-overlap", words % {"day": date_format(halves.first_day)})
    entered = halves.student.entered_on
    if entered and last < entered:
        words = _("The student came to the sending school on %(day)s: nobody leaves before that.")
        return Refusal("left-before-coming", words % {"day": date_format(entered)})
    return None


def _refuse_another_move(halves: Halves) -> Refusal | None:
    """Return that two schools would claim the student: one move at a time."""
    made = under_way(halves.student.pk).first()
    if made is None:
        return None
    words = _("The student is on the way to %(school)s already, from %(day)s on.")
    said = {"school": made.to_school.name, "day": date_format(made.first_day_on)}
    return Refusal(
        "already-moving", words % said, _("the roster that confirms that move, or the SIS desk")
    )


def _refuse_gap(halves: Halves, last: date, because: str) -> Refusal | None:
    calendar = school_calendar()
    missed = calendar.school_days_between(last, halves.first_day)
    missed -= calendar.is_school_day(last) + calendar.is_school_day(halves.first_day)
    if missed <= 0 or because:
        return None
    words = ngettext(
        "The student would be enrolled nowhere for %(n)d school day.",
        "The student would be enrolled nowhere for %(n)d school days.", missed,
    )  # fmt: skip
    return Refusal(
        "enrolled-nowhere", f"{words % {'n': missed}} "
        + _("Choose a later last day, or say why there is none."),
    )  # fmt: skip
