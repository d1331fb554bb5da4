"""What follows verbs of mobility by itself, each job in a transaction of its own."""

from uuid import UUID

from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.jobs import REQUESTER, task
from bascule.mobility.actions import families, procedure_links, round_odds, round_offers


@task("mobility.count_odds", runs_as=REQUESTER)
def count_odds(actor: Actor, placement: str) -> None:
    """Count the odds of a round whose list was made."""
    round_odds.count_odds(actor, placement=UUID(placement))


@task("mobility.make_offer", runs_as=REQUESTER)
def make_offer(actor: Actor, result: str) -> None:
    """Offer one student the seat that a round gave."""
    round_offers.make_offer(actor, result=UUID(result))


@task("mobility.tell_family_answers", runs_as=SWEEP, reacts_to=("answer_offer",))
def tell_family_answers(actor: Actor, uuid: str) -> None:
    """Tell whoever owns a case what its family said to the offered seat."""
    families.tell_answers(actor)


@task("mobility.check_links", runs_as=SWEEP, cron="40 8 * * *")
def check_links(actor: Actor) -> None:
    """Ask each night whether the links of procedures still answer, where the setting allows it."""
    procedure_links.check_links(actor, fetch=procedure_links.chosen_fetch())
