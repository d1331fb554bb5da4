"""What a round gave is offered: the Lead says so once, then each offer is a job of its own.

An offer is the ordinary step of its case, with its locks, its clock and its record: a seat that
somebody else was offered since the run is not given twice, and no offer waits for another.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile, Transition
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.jobs import enqueue
from bascule.kernel.refusal import Refusal, Stale
from bascule.mobility.actions.ranking import RANKING_STEPS
from bascule.mobility.actions.rounds import State, locked_round, record
from bascule.mobility.models import PlacementRound, RoundResult

OFFER = "mobility.make_offer"
Offer, Skipped = RoundResult.Offer, RoundResult.Skipped
SKIPS = {
    "no-seat": Skipped.NO_SEAT,
    "no-such-answer": Skipped.NO_SEAT,  # the seat is no more among those that can be offered
    "no-such-step": Skipped.MOVED_ON,
    "absorbed": Skipped.MOVED_ON,
    "not-permitted": Skipped.NOT_YOURS,
}
"""Why an offer of a round is skipped, by the code of what refuses the step."""


@transaction.atomic
def make_offers(
    actor: Actor,
    *,
    placement: PlacementRound,
    families: int,
    run_at: datetime | None,
    at: datetime | None = None,
) -> int:
    """Let every placed student be offered the seat, each by a job of its own; return how many.

    `families` and `run_at` are what the person who confirmed was shown. Raises NotPermitted,
    Refusal for a round that is not run or gave nothing, Stale where it was run again meanwhile.
    """
    placement = locked_round(actor, placement, State.RUN)
    placed = placement.results.filter(left_at__isnull=True, line__isnull=False)
    count = placed.count()
    if (families, run_at) != (count, placement.run_at):
        words = ngettext(
            "The round was run again: %(n)d family would be told now. Look again, then confirm.",
            "The round was run again: %(n)d families would be told now. Look again, then confirm.",
            count,
        )
        raise Stale("round-run-again", words % {"n": count})
    if not count:
        raise Refusal(
            "nobody-placed", _("The round gave nobody a seat: there is nothing to offer.")
        )
    placed.update(offer=Offer.DUE)
    placement.state, placement.ended_at = State.OFFERED, at or now()
    placement.ended_by, placement.ended_name = actor.user_id, actor.name
    placement.save()
    record(actor, "make_offers", placement, families=count)
    for uuid in placed.order_by("number").values_list("uuid", flat=True):
        enqueue(actor, OFFER, result=str(uuid))
    return count


@transaction.atomic
def make_offer(actor: Actor, *, result: UUID, at: datetime | None = None) -> RoundResult | None:
    """Take the step of the case that offers the seat, or keep why it is skipped.

    None where the offer is not due: it was made or skipped before, or its case is out of sight.
    """
    due = RoundResult.objects.filter(uuid=result, offer=Offer.DUE)
    row = due.select_for_update(of=("self",)).select_related("case", "line", "round").first()
    if row is None:
        return None
    row.offer_at = at or now()
    row.skipped_because = _skipped(actor, row, row.offer_at)
    row.offer = Offer.SKIPPED if row.skipped_because else Offer.MADE
    row.save(update_fields=["offer", "offer_at", "skipped_because"])
    return row


def _skipped(actor: Actor, row: RoundResult, at: datetime) -> str:
    """Offer the seat; return why that was not done, or nothing."""
    if row.case.particulars.get("ranked") != [each["program"] for each in row.choices]:
        return Skipped.RANKED_ANEW
    answers = {
        "seat": str(row.line.uuid) if row.line else "",
        "consent": _consented_on(row.case, at).isoformat(),
        "override": f"Round for {row.round.window}: choice {row.rank} of the student's ranking",
    }
    try:
        with transaction.atomic():
            take_step(actor, case=row.case, step="offer", answers=answers, at=at)
    except Refusal as refusal:
        return SKIPS.get(refusal.code, Skipped.REFUSED)
    return ""


def _consented_on(case: CaseFile, at: datetime) -> date:
    """Return the day on which the ranking was recorded, by which the student asks for the seat."""
    ranked = Transition.objects.filter(case=case, step__in=RANKING_STEPS).order_by("-at", "-id")
    last = ranked.values_list("at", flat=True).first()
    return local_day(last or at)
