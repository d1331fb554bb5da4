"""Verbs of access: what the machine forgets."""

from datetime import timedelta

from bascule.access.models import FinishedJob
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now

REMEMBERED_FOR = timedelta(days=7)


def forget_finished_jobs(actor: Actor) -> int:
    """Forget jobs done over a week ago, which no worker can take up any more; return how many."""
    count, _ = FinishedJob.objects.filter(at__lt=now() - REMEMBERED_FOR).delete()
    return count
