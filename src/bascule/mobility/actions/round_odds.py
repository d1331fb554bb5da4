"""The odds of everybody in a round before the draw, counted over many lotteries by a job."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.matching.futures import Futures, seat_futures
from bascule.matching.rounds import Ints
from bascule.mobility.actions.ranking import CHOICES_RANKED
from bascule.mobility.actions.rounds import State, record, require_permission
from bascule.mobility.models import PlacementRound, RoundResult
from bascule.mobility.queries import Waiting, waiting_for
from bascule.mobility.rounds import Choice, Entrant, Layout, laid_out

DRAWS, DRAWS_OF_A_PLAN = 1_000, 200
MOST_RANKED = len(CHOICES_RANKED)
Seats = Mapping[str, int]


@transaction.atomic
def count_odds(actor: Actor, *, placement: UUID, at: datetime | None = None) -> int:
    """Count in how many lotteries each student of an open round would obtain what; return them.

    Counted once for each list, without holding the round meanwhile. Who may get nothing and has
    room in the ranking is told the open program that would help most. Raises NotPermitted without
    the permission `run_rounds`.
    """
    require_permission(actor)
    at = at or now()
    rows = PlacementRound.objects.filter(uuid=placement, state__in=[State.PREPARED, State.RUN])
    uncounted = rows.filter(odds_counted_at__isnull=True)
    if (found := uncounted.first()) is None:
        return 0
    waiting, standing = waiting_for(actor, found, at)
    listed = [each for each in waiting if not each.why_not]
    counted = odds_of(listed, {str(each.line.uuid): each.free for each in standing}, found.pk)
    found = uncounted.filter(listed_at=found.listed_at).select_for_update().first()
    if found is None:  # listed anew, or over, while this was counted
        return 0
    _keep(found, listed, counted)
    found.odds_counted_at, found.odds_draws = at, DRAWS
    found.save()
    record(actor, "count_odds", found, students=len(listed), draws=DRAWS)
    return len(listed)


def _keep(
    found: PlacementRound, listed: Sequence[Waiting], counted: Sequence[dict[str, Any]]
) -> None:
    odds = {each.case.pk: said for each, said in zip(listed, counted, strict=True)}
    rows = list(found.results.filter(case__in=odds, left_at__isnull=True))
    for row in rows:
        row.odds = odds[row.case_id]
    RoundResult.objects.bulk_update(rows, ["odds"], batch_size=500)


def odds_of(listed: Sequence[Waiting], seats: Seats, seed: int) -> list[dict[str, Any]]:
    """Return the odds of each student: the counts of each choice and of none, of DRAWS, and a plan.

    `seed` is that of the lotteries tried, never that of the round.
    """
    entrants = [each.entrant for each in listed]
    if not entrants:
        return []
    layout = laid_out(entrants, seats)
    futures = _futures(layout, seed, DRAWS)
    left = _left(layout, futures)
    found = []
    for student, each in enumerate(listed):
        *counts, none = _by_choice(layout, futures, student, len(each.choices))
        plan = _plan(entrants, student, each.others, seats, left, seed) if none else None
        if plan and plan["count"] * DRAWS <= (DRAWS - none) * DRAWS_OF_A_PLAN:
            plan = None
        found.append({"counts": counts, "none": none, "plan": plan})
    return found


def _futures(layout: Layout, seed: int, draws: int) -> Futures:
    return seat_futures(
        layout.rankings, layout.priorities, layout.capacities, seed=seed, draws=draws
    )


def _by_choice(layout: Layout, futures: Futures, student: int, choices: int) -> list[int]:
    """Return the counts of a student by choice, the last of them for none."""
    counts = [0] * choices
    for place, turn in enumerate(layout.turns[student]):
        counts[turn] += int(futures.counts[student, place])
    return [*counts, futures.draws - sum(counts)]


def _left(layout: Layout, futures: Futures) -> dict[str, float]:
    """Return how many seats of each line are left over in the mean lottery."""
    filled: Ints = np.zeros(len(layout.lines), dtype=np.int64)
    is_listed = layout.rankings >= 0
    np.add.at(filled, layout.rankings[is_listed], futures.counts[:, :-1][is_listed])
    left = layout.capacities - filled / futures.draws
    return dict(zip(layout.lines, left.tolist(), strict=True))


def _plan(
    entrants: Sequence[Entrant],
    student: int,
    others: Sequence[Choice],
    seats: Seats,
    left: Mapping[str, float],
    seed: int,
) -> dict[str, Any] | None:
    """Return the open program of which most is left, and the count with it as the last choice."""
    asked = entrants[student]
    if len(asked.choices) >= MOST_RANKED or not others:
        return None
    added = max(others, key=lambda choice: sum(left[line] for line in choice.lines))
    longer = replace(asked, choices=(*asked.choices, added))
    layout = laid_out([*entrants[:student], longer, *entrants[student + 1 :]], seats)
    *_counts, none = _by_choice(
        layout, _futures(layout, seed, DRAWS_OF_A_PLAN), student, len(longer.choices)
    )
    return {"program": added.name, "turn": len(longer.choices),
            "count": DRAWS_OF_A_PLAN - none, "draws": DRAWS_OF_A_PLAN}  # fmt: skip
