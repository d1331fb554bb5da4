"""Who else types on the page of a case right now, so that two do not do the same (ADR 0110)."""

from datetime import datetime, timedelta

from bascule.cases.models import CaseFile, Presence
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.row_reading import Reading

LASTS = timedelta(minutes=2)
"""After so long without being told again, nobody types any more."""

OTHERS = Reading(
    Presence,
    "where case_id = %(case)s and user_id <> %(user)s and at > %(alive)s order by since, id",
)


def be_here(actor: Actor, *, case: CaseFile, at: datetime | None = None) -> None:
    """Tell that the actor types on the page of a case in sight; forget where they did before."""
    at = at or now()
    Presence.objects.filter(user_id=actor.user_id, at__lte=at - LASTS).delete()
    Presence.objects.bulk_create(
        [Presence(case=case, user_id=actor.user_id, name=case.signature(actor), since=at, at=at)],
        update_conflicts=True, unique_fields=["case", "user_id"], update_fields=["at", "name"],
    )  # fmt: skip


def leave(actor: Actor, *, case_uuid: str) -> None:
    """Tell that the actor is done with a case; of somebody who was not there, nothing."""
    Presence.objects.filter(user_id=actor.user_id, case__uuid=case_uuid).delete()


def others_here(actor: Actor, case: CaseFile, at: datetime) -> list[Presence]:
    """Return who else types on the page of a case in sight, who came first before the others."""
    return OTHERS.rows(case=case.pk, user=actor.user_id, alive=at - LASTS)
