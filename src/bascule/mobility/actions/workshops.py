"""A student who comes back is expected at the two-week workshop of a SOAR center."""

from datetime import datetime
from typing import Any

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor


def send_to_workshop(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> None:
    """Open the case of the SOAR specialist; of a restricted case none, which others would see."""
    if case.student is not None and case.tier == CaseFile.Tier.STUDENT:
        opening = Opening(case.student, "Comes back, and is expected at the two-week workshop.")
        open_cases(actor, workflow="soar_workshop", openings=[opening], at=at)
