"""What access does by itself."""

from bascule.access import actions, sessions
from bascule.kernel.actor import HOUSEKEEPING, Actor
from bascule.kernel.clock import today
from bascule.kernel.jobs import task


@task("access.forget_finished_jobs", runs_as=HOUSEKEEPING, cron="20 9 * * *")
def forget_finished_jobs(actor: Actor) -> None:
    """Forget jobs done long ago, once a day."""
    actions.forget_finished_jobs(actor)


@task("access.forget_exports", runs_as=HOUSEKEEPING, cron="*/10 * * * *")
def forget_exports(actor: Actor) -> None:
    """Remove files that nobody may take any more."""
    actions.forget_exports(actor)


@task("access.end_sessions", runs_as=HOUSEKEEPING, cron="* * * * *")
def end_sessions(actor: Actor) -> None:
    """Remove each minute the sessions of people whose assignment ended."""
    sessions.remove_ended_sessions(today())
