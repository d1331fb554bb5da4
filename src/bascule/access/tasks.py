"""What access does by itself."""

from bascule.access import actions
from bascule.kernel.actor import HOUSEKEEPING, Actor
from bascule.kernel.jobs import task


@task("access.forget_finished_jobs", runs_as=HOUSEKEEPING, cron="20 9 * * *")
def forget_finished_jobs(actor: Actor) -> None:
    """Forget jobs done long ago, once a day."""
    actions.forget_finished_jobs(actor)
