"""Questions about people's visits and the lists that they asked for."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from bascule.access.models import Elevation, Export, Visit
from bascule.access.policies import SEE_ELEVATION, SEE_EXPORT
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now

WRITTEN_WITHIN = timedelta(minutes=15)
"""A list that is not there by then was given up: its job failed, or no worker runs."""


def last_visit(user_id: int, page: str) -> datetime | None:
    """Return when the person last opened `page`, or None."""
    seen = Visit.objects.filter(user_id=user_id, page=page).order_by("-at").first()
    return seen.at if seen else None


def elevations_seen(actor: Actor) -> QuerySet[Elevation]:
    """Return the accesses by necessity that the actor may know of, the newest first."""
    return SEE_ELEVATION.filter(Elevation.objects.all(), actor).order_by("-started_at", "id")


def exports_of(actor: Actor) -> QuerySet[Export]:
    """Return the lists that the actor asked for and may still take, the newest first.

    What is over by now is gone, whether or not it has been removed.
    """
    valid = Q(expires_at__isnull=True) | Q(expires_at__gt=now())
    return SEE_EXPORT.filter(Export.objects.filter(valid), actor).order_by("-asked_at", "id")
