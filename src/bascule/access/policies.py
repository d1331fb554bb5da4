"""Who may see what access itself keeps."""

from django.db.models import Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import Ground, Policy


def _requester(actor: Actor) -> Q:
    return Q(user_id=actor.user_id)


SEE_EXPORT = Policy(Ground("requester", "You asked for it", _requester))
