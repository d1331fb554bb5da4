"""Who may reach a student beyond their own schools, from when, why, and until when.

Called inside the verb that creates or ends the reason; that verb records the decision.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.roster.models import Reach


def grant_reaches(actor: Actor, *, reaches: Sequence[Reach]) -> None:
    """Let each holder reach each student. The same reach again changes nothing.

    Raises Refusal where a reach does not have exactly one holder. Row-level security refuses a
    student whom the actor may not see.
    """
    for reach in reaches:
        holders = (reach.person_id, reach.position_id, reach.organization_id)
        if sum(holder is not None for holder in holders) != 1:
            raise Refusal("one-holder", _("A reach is held by one person, position or school."))
    # Conflicts are passed over, which also means no RETURNING: only the holder sees a reach.
    Reach.objects.bulk_create(reaches, ignore_conflicts=True)


def end_reaches(actor: Actor, *, reasons: Sequence[str], at: datetime) -> int:
    """End every reach that was given for one of `reasons`; return how many still held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(roster_end_reaches(reason, %s)), 0)"
            " from unnest(%s::text[]) as reason",
            [at, list(reasons)],
        )
        return int(cursor.fetchone()[0])


def resume_reaches(actor: Actor, *, reason: str, ended_at: datetime) -> int:
    """Let every reach hold again that was given for `reason` and ended at this instant.

    Students who are at no school of the actor's are passed over. Returns how many hold again.
    """
    with connection.cursor() as cursor:
        cursor.execute("select roster_resume_reaches(%s, %s)", [reason, ended_at])
        return int(cursor.fetchone()[0])
