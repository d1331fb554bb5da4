"""What the case engine does by itself."""

from uuid import UUID

from bascule.cases import lists, notices
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.jobs import REQUESTER, task


@task("cases.fire_alarms", runs_as=SWEEP, cron="* * * * *")
def fire_alarms(actor: Actor) -> None:
    """Look each minute whether somebody has to know something."""
    notices.fire_alarms(actor)


@task("cases.tell_stewards", runs_as=SWEEP, reacts_to=("open_elevation",))
def tell_stewards(actor: Actor, uuid: str) -> None:
    """Tell at once what the sweep would tell within the minute."""
    notices.fire_alarms(actor)


@task("cases.write_list", runs_as=REQUESTER)
def write_list(actor: Actor, export: str) -> None:
    """Write a list that the actor asked for."""
    lists.write_list(actor, export=UUID(export))
