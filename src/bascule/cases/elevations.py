"""Breaking the glass: one student's record by number, for a reason, for an hour."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.access.actions import open_elevation
from bascule.access.models import Elevation
from bascule.kernel.actor import Actor
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.roster.models import Student
from bascule.roster.policies import SEE


@transaction.atomic
def elevate(
    actor: Actor, *, number: str, reason: str, at: datetime | None = None
) -> Elevation | None:
    """Open the record of the student called `number` to the actor; None where nobody is.

    A number that leads nowhere is recorded too: whoever tries numbers leaves a trace. Raises
    Refusal where the student is in sight without it, and as `open_elevation` does.
    """
    if not actor.may("elevate"):
        raise NotPermitted("not-permitted", _("You may not open records by necessity."))
    if SEE.filter(Student.objects.filter(number=number), actor).exists():
        raise Refusal("in-sight", _("You may see this student as it is."))
    student = _student_numbered(number)
    if student is None:
        record_decision(
            actor, "elevate_in_vain", kind="elevation", uuid=None,
            particulars={"number": number[:40], "reason": reason[:400]},
        )  # fmt: skip
        return None
    return open_elevation(actor, student=student, reason=reason, at=at)


def _student_numbered(number: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("select cases_student_numbered(%s)", [number])
        found: UUID | None = cursor.fetchone()[0]
        return found
