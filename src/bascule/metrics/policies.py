"""Who may see a figure before suppression: whoever may open its rows."""

from django.db.models import Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import EVERYTHING, Ground, Policy


def _district(actor: Actor) -> Q | None:
    return EVERYTHING if actor.is_district_wide else None


def _unit(actor: Actor) -> Q | None:
    ids = actor.school_ids | actor.organization_ids
    return Q(organization_id__in=ids) if ids else None


def _either_end(actor: Actor) -> Q | None:
    ids = actor.school_ids | actor.organization_ids
    return Q(sender_id__in=ids) | Q(receiver_id__in=ids) if ids else None


SEE_OPEN = Policy(
    Ground("district", "You work for the whole district", _district),
    Ground("unit", "The school or network is in your remit", _unit),
)
SEE_FLOWS = Policy(
    Ground("district", "You work for the whole district", _district),
    Ground("either_end", "The sending or the receiving side is in your remit", _either_end),
)
