"""What the case engine does by itself."""

from bascule.cases import notices
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.jobs import task


@task("cases.fire_alarms", runs_as=SWEEP, cron="* * * * *")
def fire_alarms(actor: Actor) -> None:
    """Look each minute whether somebody has to know something."""
    notices.fire_alarms(actor)
