"""The sending school keeps sight of a student whose transfer is under way.

Once the roster has moved the student, nobody of the sending side would see the open case any
more, not even the specialist who owns it. The reach belongs into the step of the workflow itself
(ADR 0033); until it stands there, the demo grants it with the verb that exists.
"""

from datetime import datetime

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.roster.actions.reach import grant_reach

GRANTED_AT = "release_requested"


def keep_in_sight(actor: Actor, *, case: CaseFile, at: datetime) -> None:
    """Let the sending school reach the student from the day on which the release is asked for."""
    if case.state == GRANTED_AT and case.student is not None and case.student.school is not None:
        grant_reach(
            actor, student=case.student, organization=case.student.school,
            ground=case.workflow, because=f"{case.workflow} {case.uuid}", at=at,
        )  # fmt: skip
