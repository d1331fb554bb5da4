"""A school states its promise with the acceptance; the first check says whether it was kept."""

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bascule.cases.declarations import Choices
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, today
from bascule.kernel.refusal import Refusal
from bascule.mobility.models import Handover, SeatHold
from bascule.mobility.promises import is_kept, months_to_come
from bascule.mobility.queries import accepted_hold

Answers = dict[str, Any]


def finish_months(actor: Actor, case: CaseFile) -> Choices:
    """Return the months in which a student may finish: 2027-06 and its words."""
    return tuple((f"{each:%Y-%m}", date_format(each, "F Y")) for each in months_to_come(today()))


def disordered_promise(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Say that the promised days are not in their order, which stands in the way; or None."""
    intake, first_day = answers["intake_on"], answers["first_day_on"]
    if first_day < intake:
        return Refusal("days-disordered", _("The first day lies before the intake."))
    if answers["finish_in"] < first_day[: len("2027-06")]:
        return Refusal("days-disordered", _("The month of finishing lies before the first day."))
    return None


def keep_promise(hold: SeatHold, answers: Answers) -> None:
    """Write on a hold what the school promises with the acceptance; the caller saves it."""
    hold.first_day_on = date.fromisoformat(answers["first_day_on"])
    hold.first_week = answers["first_week"].strip()[:400]
    hold.advocate = answers["advocate"].strip()[:160]
    hold.finish_in = date.fromisoformat(f"{answers['finish_in']}-01")


def unjudged_promise(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Say that the first check leaves open whether a promise was kept; None where it does not."""
    hold = accepted_hold(case)
    if hold is None or not hold.has_promise or hold.promise_kept is not None:
        return None
    if answers.get("promise"):
        return None
    words = _("“%(school)s” made a promise: say at the first check whether it was kept.")
    return Refusal("promise-unjudged", words % {"school": hold.line.program.school.name})


def judge_promise(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Keep whether the promise was kept, where a check says so; a later check may correct it."""
    hold, said = accepted_hold(case), answers.get("promise")
    if hold is None or hold.first_day_on is None or not (said and hold.has_promise):
        return
    hold.promise_kept = is_kept(hold.first_day_on, _began_on(case) or local_day(at), said)
    hold.promise_judged_on = local_day(at)
    hold.save(update_fields=["promise_kept", "promise_judged_on"])


def _began_on(case: CaseFile) -> date | None:
    """Return the first day at the school as both schools signed it, or None without a handover."""
    made = Handover.objects.filter(case=case, taken_back_at__isnull=True)
    return made.values_list("first_day_on", flat=True).first()
