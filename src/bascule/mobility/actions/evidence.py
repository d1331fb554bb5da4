"""What proves a step happened when it is said to have, and after the step before it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal


def happened_in_order(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> Refusal | None:
    """Return why the days answered prove nothing: they lie ahead, or before an earlier proof.

    Days are the answers whose key ends with `_on`. Source: domain/mobility.md 1.4, code 86 needs
    three logged steps in order.
    """
    days = list(_days_of(answers))
    if any(day > local_day(at) for day in days):
        return Refusal("not-yet", _("A day that lies ahead proves nothing yet."))
    earlier = max(_days_proven(case), default=None)
    if earlier is not None and any(day < earlier for day in days):
        words = _("The step before it was on %(day)s: this one cannot have been earlier.")
        return Refusal("out-of-order", words % {"day": earlier.isoformat()})
    return None


def _days_of(answers: dict[str, Any]) -> Iterator[date]:
    return (date.fromisoformat(str(said)) for key, said in answers.items() if key.endswith("_on"))


def _days_proven(case: CaseFile) -> Iterator[date]:
    for answers in case.transitions.values_list("answers", flat=True):
        yield from _days_of(answers)
