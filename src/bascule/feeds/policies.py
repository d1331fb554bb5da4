"""Who may see feed runs and quarantined rows: only roles that say so."""

from django.db.models import Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import EVERYTHING, Ground, Policy


def _steward(actor: Actor) -> Q | None:
    return EVERYTHING if actor.may("see_feeds") else None


SEE = Policy(Ground("steward", "keeps the feeds", _steward))
