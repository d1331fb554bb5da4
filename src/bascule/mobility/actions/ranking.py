"""The student's own ranking of programs, recorded in counseling (mobility.md 1.5, state 4)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.declarations import Choices, Field
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.models import OptionsProgram

Answers = dict[str, Any]


def all_programs(actor: Actor, case: CaseFile) -> Choices:
    """Return every Options program as a choice, by school: a student may rank any."""
    programs = OptionsProgram.objects.select_related("school")
    return tuple((str(each.uuid), str(each)) for each in programs)


RANKING_STEPS = ("rank", "rank_again")
"""The steps of a transfer that record a ranking: in counseling, and on the waitlist."""
CHOICES_RANKED = (
    Field("first", "First choice", kind="choice", required=True, options=all_programs),
    Field("second", "Second choice", kind="choice", options=all_programs),
    Field("third", "Third choice", kind="choice", options=all_programs),
)


def named_twice(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> Refusal | None:
    """Say that a program named twice stands in the way, or None."""
    named = _named(answers)
    if len(set(named)) == len(named):
        return None
    return Refusal("named-twice", _("A program is named twice: name each once."))


def keep_ranking(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Keep the programs in the student's order with the case; an earlier ranking is replaced."""
    case.particulars = {**case.particulars, "ranked": _named(answers)}
    case.save(update_fields=["particulars"])


def _named(answers: Answers) -> list[str]:
    return [answers[ask.key] for ask in CHOICES_RANKED if ask.key in answers]
