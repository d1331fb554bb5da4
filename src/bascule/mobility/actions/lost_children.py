"""Where nobody knows where a student is, the search for a lost child begins."""

from datetime import datetime
from typing import Any

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor


def look_for_lost_child(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> None:
    """Open the search that leave code 86 needs, unless somebody knows where the student is.

    A restricted case opens none: a search that everybody sees would tell of it.
    """
    if answers.get("whereabouts") == "known" or case.tier != CaseFile.Tier.STUDENT:
        return
    if case.student is not None:
        opening = Opening(case.student, "Not reached, and nobody knows where the student is.")
        open_cases(actor, workflow="lost_child", openings=[opening], at=at)
