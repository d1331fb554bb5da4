"""Who may see a figure before suppression: whoever may open its rows."""

from django.db.models import Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import EVERYTHING, Ground, Policy
from bascule.metrics.profiles import DISTRICT_MINIMUM


def _district(actor: Actor) -> Q | None:
    return EVERYTHING if actor.is_district_wide else None


def _unit(actor: Actor) -> Q | None:
    ids = actor.school_ids | actor.organization_ids
    return Q(organization_id__in=ids) if ids else None


def _receiver(actor: Actor) -> Q | None:
    ids = actor.school_ids | actor.organization_ids
    return Q(receiver_id__in=ids) if ids else None


def _sender(actor: Actor) -> Q | None:
    """Who left is no longer in the sender's sight: few who went to one place would be known."""
    ids = actor.school_ids | actor.organization_ids
    return Q(sender_id__in=ids, moves__gte=DISTRICT_MINIMUM) if ids else None


SEE_OPEN = Policy(
    Ground("district", "You work for the whole district", _district),
    Ground("unit", "The school or network is in your remit", _unit),
)
SEE_FLOWS = Policy(
    Ground("district", "You work for the whole district", _district),
    Ground("receiver", "The receiving side is in your remit", _receiver),
    Ground("sender", "The sending side is in your remit, and ten or more moved", _sender),
)
