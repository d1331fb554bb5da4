"""What follows the verbs of a round, each job in a transaction of its own."""

from uuid import UUID

from bascule.kernel.actor import Actor
from bascule.kernel.jobs import REQUESTER, task
from bascule.mobility.actions import round_odds, round_offers


@task("mobility.count_odds", runs_as=REQUESTER)
def count_odds(actor: Actor, placement: str) -> None:
    """Count the odds of a round whose list was made."""
    round_odds.count_odds(actor, placement=UUID(placement))


@task("mobility.make_offer", runs_as=REQUESTER)
def make_offer(actor: Actor, result: str) -> None:
    """Offer one student the seat that a round gave."""
    round_offers.make_offer(actor, result=UUID(result))
