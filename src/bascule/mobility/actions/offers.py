"""A seat is held when it is offered, kept when it is accepted, and free again when that ends."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.promises import keep_promise
from bascule.mobility.actions.seats import LEAD, lock_line
from bascule.mobility.models import SeatHold, SeatLine
from bascule.mobility.queries import standings, unended_hold
from bascule.roster.actions.reach import end_reaches, grant_reaches
from bascule.roster.models import Reach

Answers = dict[str, Any]
Ended = SeatHold.Ended
UNANSWERED = "no_answer"


def hold_seat(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Hold the chosen seat as long as the clock of the offer runs, and let its school see why.

    Raises Refusal where no seat of the line is free: somebody was faster.
    """
    line = lock_line(SeatLine.objects.get(uuid=answers["seat"]))
    [standing] = standings([line], at)
    if not standing.free:
        words = _("No seat of “%(line)s” is free any more.") % {"line": line}
        raise Refusal("no-seat", words, _(LEAD))
    hold = SeatHold.objects.create(
        line=line, case=case, student_id=case.student_id or 0, held_at=at, until_at=case.due_at
    )
    _let_school_see(actor, hold, at)


def _let_school_see(actor: Actor, hold: SeatHold, at: datetime) -> None:
    case = hold.case
    reach = Reach(
        student_id=hold.student_id, organization=hold.line.program.school, ground=case.workflow,
        tier=case.tier, because=_reason_of_reach(hold), starts_at=at,
    )  # fmt: skip
    grant_reaches(actor, reaches=[reach])


def _reason_of_reach(hold: SeatHold) -> str:
    """What the reach of the receiving school is given for; it ends with the hold."""
    return f"offer {hold.uuid}"


def accept_seat(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Keep the offered seat for the student, with the day of the intake and the school's promise.

    Raises Refusal where the offer has lapsed.
    """
    hold = _standing_offer(case, at)
    hold.until_at, hold.accepted_at = None, at
    hold.intake_on = date.fromisoformat(answers["intake_on"])
    keep_promise(hold, answers)
    hold.save()


def _standing_offer(case: CaseFile, at: datetime) -> SeatHold:
    """Return the offer of a case, its line locked; Refusal where it holds nothing any more.

    Whoever waited for the lock while the offer ran out finds the seat with somebody else.
    """
    hold = unended_hold(case)
    if hold and hold.until_at and at <= hold.until_at:
        [standing] = standings([lock_line(hold.line)], at)
        if standing.in_use <= standing.capacity:
            return hold
    raise Refusal("offer-lapsed", _("The offer has lapsed: the seat is free for others."), _(LEAD))


def decline_seat(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Free the offered seat: it was declined, or nobody answered in time."""
    lapsed = answers.get("because") == UNANSWERED
    end_hold(actor, case=case, ended=Ended.LAPSED if lapsed else Ended.DECLINED, at=at)


def freeing_seat(ended: str) -> Callable[..., None]:
    """Return what a step does that ends the hold of its case, if there is one."""

    def free_seat(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
        end_hold(actor, case=case, ended=ended, at=at)

    return free_seat


def end_hold(actor: Actor, *, case: CaseFile, ended: str, at: datetime) -> None:
    """End the hold of a case, if there is one, and the sight that its school had for it."""
    hold = unended_hold(case)
    if hold is None:
        return
    hold.ended_at, hold.ended_because = at, ended
    hold.save()
    end_reaches(actor, reasons=[_reason_of_reach(hold)], at=at)


def end_sight(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """End the sight that was given for an offer: the student is at the school by now."""
    hold = unended_hold(case)
    if hold is not None:
        end_reaches(actor, reasons=[_reason_of_reach(hold)], at=at)
