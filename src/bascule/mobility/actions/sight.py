"""The sending school keeps sight of a student whose transfer is under way."""

from datetime import datetime
from typing import Any

from bascule.cases.actions import reason_of_reach
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.roster.actions.reach import grant_reaches
from bascule.roster.models import Reach


def keep_sending_school_in_sight(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> None:
    """Let the school that must release the student see the case after the roster moved them."""
    if case.student is None or case.student.school is None:
        return
    reach = Reach(
        student=case.student, organization=case.student.school, ground=case.workflow,
        tier=case.tier, because=reason_of_reach(case), starts_at=at,
    )  # fmt: skip
    grant_reaches(actor, reaches=[reach])
