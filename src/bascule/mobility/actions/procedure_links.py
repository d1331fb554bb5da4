"""Each night the links of the procedures in force are asked, and what they answered is kept."""

from datetime import datetime

from django.conf import settings

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.mobility.links import Fetch, ask
from bascule.mobility.models import LinkCheck, Procedure
from bascule.mobility.queries import in_force


def chosen_fetch() -> Fetch | None:
    """Return how links are asked: over the network where the setting says so, else not at all."""
    return ask if settings.CHECK_LINKS else None


def check_links(_actor: Actor, *, fetch: Fetch | None, at: datetime | None = None) -> int:
    """Ask the link of each version in force and keep the answer; return how many were asked.

    Without `fetch` nobody is asked and nothing is kept: a link not checked is not a good one.
    """
    if fetch is None:
        return 0
    at = at or now()
    rows = Procedure.objects.prefetch_related("versions")
    held = (in_force(each.versions.all(), local_day(at)) for each in rows)
    found = [each for each in held if each is not None and each.link]
    checks = [LinkCheck(version=v, problem=fetch(v.link)[:80], checked_at=at) for v in found]
    return len(LinkCheck.objects.bulk_create(checks))
