"""Who may see what access itself keeps."""

from django.db.models import Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import EVERYTHING, Ground, Policy


def _requester(actor: Actor) -> Q:
    return Q(user_id=actor.user_id)


def _own(actor: Actor) -> Q:
    return Q(user_id=actor.user_id)


def _review(actor: Actor) -> Q | None:
    return EVERYTHING if actor.may("review_elevations") else None


SEE_ELEVATION = Policy(
    Ground("own", "You opened it", _own),
    Ground("review", "You are told of every access by necessity", _review),
)
SEE_DRAFT = Policy(Ground("own", "You typed it", _own))
SEE_EXPORT = Policy(Ground("requester", "You asked for it", _requester))
