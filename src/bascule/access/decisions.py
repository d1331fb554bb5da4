"""The recorder of decisions that fills the kernel's port."""

from typing import Any
from uuid import UUID

from bascule.access.models import Decision
from bascule.kernel.actor import Actor
from bascule.kernel.jobs import enqueue, reactions_to


def keep_decision(
    actor: Actor, verb: str, *, kind: str, uuid: UUID | None, particulars: dict[str, Any]
) -> None:
    """Add one decision inside the caller's transaction, and enqueue what reacts to it."""
    Decision.objects.create(
        user_id=actor.user_id, verb=verb, kind=kind, uuid=uuid, particulars=particulars
    )
    for reaction in reactions_to(verb):
        enqueue(actor, reaction.name, uuid=str(uuid))
