"""A round is prepared, run as often as needed with one seed, then offered or cancelled."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.jobs import enqueue
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.models import PlacementRound, RoundResult, SeatLine
from bascule.mobility.queries import Standing, Waiting, waiting_for, windows_to_come
from bascule.mobility.rounds import PRIORITIES, VERSION, Choice, Outcome, Told, played

State = PlacementRound.State
SEED_BITS = 62  # fits the column, and cannot be guessed before the first run
ODDS = "mobility.count_odds"


@transaction.atomic
def prepare_round(
    actor: Actor, *, window: str, starts_on: date, at: datetime | None = None
) -> PlacementRound:
    """Open a round for a start window, and list who waits for a seat in it.

    Raises NotPermitted without the permission `run_rounds`, Refusal for a window that has no
    general seats any more or of which a round is under way.
    """
    require_permission(actor)
    at = at or now()
    known = {(name, first): last for name, first, last in windows_to_come(local_day(at))}
    if (window, starts_on) not in known:
        raise Refusal("no-such-window", _("No general seats are planned for this window."))
    rows = PlacementRound.objects.filter(window=window, starts_on=starts_on)
    if rows.filter(state__in=[State.PREPARED, State.RUN]).exists():
        raise Refusal("round-known", _("A round for this window is under way."))
    placement = PlacementRound.objects.create(
        window=window, starts_on=starts_on, ends_on=known[window, starts_on], version=VERSION,
        prepared_at=at, prepared_by=actor.user_id, prepared_name=actor.name, listed_at=at,
    )  # fmt: skip
    listed, _seats = enlist(actor, placement, at)
    record(actor, "prepare_round", placement, students=len(listed))
    return placement


@transaction.atomic
def list_again(actor: Actor, *, placement: PlacementRound, at: datetime | None = None) -> int:
    """Bring the list of a prepared round up to date; return how many take part.

    Raises NotPermitted, and Refusal for a round that was run already: running lists anew itself.
    """
    placement = locked_round(actor, placement, State.PREPARED)
    at = at or now()
    listed, _seats = enlist(actor, placement, at)
    record(actor, "list_round_again", placement, students=len(listed))
    return len(listed)


@transaction.atomic
def run_round(
    actor: Actor, *, placement: PlacementRound, at: datetime | None = None
) -> PlacementRound:
    """List anew, play the round into the seats that are free now, and keep what it gives.

    Nobody is told anything. The seed is drawn with the first run; with the same students, seats
    and rankings a later run gives the same. Raises NotPermitted, Refusal where nobody takes part.
    """
    placement = locked_round(actor, placement, State.PREPARED, State.RUN)
    at = at or now()
    listed, standing = enlist(actor, placement, at)
    if not listed:
        raise Refusal("nobody-listed", _("Nobody takes part: no waiting student can be placed."))
    placement.seed = secrets.randbits(SEED_BITS) if placement.seed is None else placement.seed
    free = {str(each.line.uuid): each.free for each in standing}
    outcomes = played([each.entrant for each in listed], free, placement.seed)
    _keep_outcomes(placement, listed, outcomes, standing)
    filled = Counter(each.line for each in outcomes)
    placement.seats = {key: {"free": seats, "filled": filled[key]} for key, seats in free.items()}
    placement.placed = len(listed) - filled[None]
    placement.state, placement.blocking_pairs, placement.version = State.RUN, 0, VERSION
    placement.run_at, placement.run_by, placement.run_name = at, actor.user_id, actor.name
    placement.save()
    record(actor, "run_round", placement, seed=placement.seed, students=len(listed),
        placed=placement.placed,
           blocking_pairs=0)  # fmt: skip
    return placement


@transaction.atomic
def cancel_round(
    actor: Actor, *, placement: PlacementRound, at: datetime | None = None
) -> PlacementRound:
    """End a round before any offer is made; its seed and results stay to be read."""
    placement = locked_round(actor, placement, State.PREPARED, State.RUN)
    placement.state, placement.ended_at = State.CANCELLED, at or now()
    placement.ended_by, placement.ended_name = actor.user_id, actor.name
    placement.save()
    record(actor, "cancel_round", placement)
    return placement


def require_permission(actor: Actor) -> None:
    """Refuse whoever may not run rounds."""
    if not actor.may("run_rounds"):
        raise NotPermitted("not-permitted", _("You may not run rounds."), _(LEAD))


def locked_round(actor: Actor, placement: PlacementRound, *states: str) -> PlacementRound:
    """Hold a round until the transaction ends; Refusal where it is in none of `states`."""
    require_permission(actor)
    held = PlacementRound.objects.select_for_update().get(pk=placement.pk)
    if held.state not in states:
        words = _("The round is “%(state)s”: this can no longer be done with it.")
        raise Refusal("round-moved", words % {"state": held.get_state_display()})
    return held


def record(actor: Actor, verb: str, placement: PlacementRound, **said: Any) -> None:
    """Keep the decision about a round."""
    record_decision(
        actor, verb, kind="placement_round", uuid=placement.uuid,
        particulars={"window": placement.window, **said},
    )  # fmt: skip


def enlist(
    actor: Actor, placement: PlacementRound, at: datetime
) -> tuple[list[Waiting], list[Standing]]:
    """Keep who takes part now, with the choices; who waits no more has left.

    Where the list is another than before its odds are unknown, and a job counts them.
    """
    waiting, standing = waiting_for(actor, placement, at)
    listed = [each for each in waiting if not each.why_not]
    wanted = {each.case.pk: [kept_choice(choice) for choice in each.choices] for each in listed}
    rows = RoundResult.objects.filter(round=placement, left_at__isnull=True)
    known = dict(rows.values_list("case_id", "choices"))
    if wanted != known or placement.entrants != len(listed):
        _keep_list(placement, listed, wanted, at)
        enqueue(actor, ODDS, placement=str(placement.uuid))
    return listed, standing


def _keep_list(
    placement: PlacementRound,
    listed: Sequence[Waiting],
    choices: Mapping[int, list[dict[str, Any]]],
    at: datetime,
) -> None:
    rows = RoundResult.objects.filter(round=placement, left_at__isnull=True)
    rows.exclude(case__in=choices).update(
        left_at=at, number=None, rank=None, line=None, told=[], odds={}
    )
    RoundResult.objects.bulk_create(
        [RoundResult(round=placement, case=each.case, student=each.case.student,
                     choices=choices[each.case.pk])
         for each in listed],
        update_conflicts=True, unique_fields=["round", "case"],
        update_fields=["choices", "student", "left_at", "odds"],
    )  # fmt: skip
    placement.listed_at, placement.entrants = at, len(listed)
    placement.odds_counted_at = placement.odds_draws = None
    placement.save()


def kept_choice(choice: Choice) -> dict[str, Any]:
    """Return a choice as it is kept: the priority by its key."""
    return {**asdict(choice), "lines": list(choice.lines),
            "priority": PRIORITIES[choice.priority].key}  # fmt: skip


def _keep_outcomes(
    placement: PlacementRound,
    listed: Sequence[Waiting],
    outcomes: Sequence[Outcome],
    standing: Sequence[Standing],
) -> None:
    lines: dict[str, SeatLine] = {str(each.line.uuid): each.line for each in standing}
    cases = {each.entrant.key: each.case.pk for each in listed}
    rows = {row.case_id: row for row in placement.results.filter(left_at__isnull=True)}
    for outcome in outcomes:
        row = rows[cases[outcome.key]]
        row.number, row.rank = outcome.number, outcome.rank
        row.line = lines[outcome.line] if outcome.line else None
        row.told = [_kept_told(each) for each in outcome.told]
    fields = ["number", "rank", "line", "told"]
    RoundResult.objects.bulk_update([rows[pk] for pk in cases.values()], fields, batch_size=500)


def _kept_told(told: Told) -> dict[str, Any]:
    return {
        "program": told.choice.name, "became": told.became, "closed": told.choice.closed,
        "priority": PRIORITIES[told.choice.priority].key, "seats": told.seats,
        "before": told.before, "earlier": told.earlier,
    }  # fmt: skip
