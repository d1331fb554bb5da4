"""What the case engine does by itself."""

from uuid import UUID

from bascule.cases import lists, mails, notices
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


@task("cases.begin_mails", runs_as=SWEEP, cron="*/5 * * * *")
def begin_mails(actor: Actor) -> None:
    """Look every five minutes whose turn it is to be mailed."""
    mails.begin_mails(actor)


@task("cases.mail_news", runs_as=REQUESTER)
def mail_news(actor: Actor) -> None:
    """Mail one person what is new in the own queue."""
    mails.mail_news(actor)


@task("cases.write_list", runs_as=REQUESTER)
def write_list(actor: Actor, export: str) -> None:
    """Write a list that the actor asked for."""
    lists.write_list(actor, export=UUID(export))
