"""Verbs on the roster. None of them writes an enrollment: only a feed does."""

from datetime import datetime

from django.db import transaction

from bascule.directory.models import Organization, Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.roster.models import Reach, Student


@transaction.atomic
def grant_reach(
    actor: Actor,
    *,
    student: Student,
    ground: str,
    because: str,
    person: Person | None = None,
    organization: Organization | None = None,
    tier: str = Reach.Tier.STUDENT,
    at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Reach:
    """Let a person or an organization reach `student` from `at` on, for the reason `because`.

    Called inside the verb that creates the reason; the same reach again returns the known one.
    """
    if (person is None) == (organization is None):
        raise Refusal("one-holder", "A reach is held by one person or by one organization.")
    reach, is_new = Reach.objects.get_or_create(
        student=student,
        person=person,
        organization=organization,
        ground=ground,
        tier=tier,
        because=because,
        defaults={"starts_at": at or now(), "ends_at": ends_at},
    )
    if is_new:
        holder = person or organization
        particulars = {
            "ground": ground,
            "tier": str(tier),
            "holder": str(holder.uuid) if holder else "",
        }
        record_decision(
            actor, "grant_reach", kind="student", uuid=student.uuid, particulars=particulars
        )
    return reach
