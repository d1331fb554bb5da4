"""The odds of one student in a round, in words: chances with their interval, never promises."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from django.utils.translation import gettext as _

from bascule.matching.futures import wilson
from bascule.mobility.models import PlacementRound, RoundResult
from bascule.web.round_words import ToldResult, told_result
from bascule.web.templatetags.bascule import thousands


@dataclass(frozen=True)
class ToldOdds:
    """The chances of any seat and of each choice, and the next-best plan, if there is one."""

    any_seat: str
    interval: str
    choices: list[tuple[str, str]]
    none: str
    plan: str


@dataclass(frozen=True)
class Chances:
    """What the page of a case shows of its newest round; without one, only that there is none."""

    round: PlacementRound | None
    odds: ToldOdds | None
    result: ToldResult | None


def chances_of(row: RoundResult | None) -> Chances:
    """Say what the newest round of a case promises or gave."""
    if row is None:
        return Chances(None, None, None)
    result = told_result(row.round, row) if row.number is not None else None
    return Chances(row.round, told_odds(row.round, row), result)


def told_odds(found: PlacementRound, row: RoundResult) -> ToldOdds | None:
    """Say the odds of a student before the draw; None while they are not counted."""
    if not row.odds or found.odds_draws is None:
        return None
    counts, none, draws = row.odds["counts"], row.odds["none"], found.odds_draws
    asked = zip(row.choices, counts, strict=True)
    return ToldOdds(
        any_seat=in_ten(draws - none, draws),
        interval=_interval(draws - none, draws),
        choices=[(choice["name"], _of_draws(count, draws)) for choice, count in asked],
        none=_of_draws(none, draws),
        plan=_plan(row.odds["plan"]) if row.odds["plan"] else "",
    )


def in_ten(count: int, draws: int) -> str:
    """Say a share in tenths, half-up; what happened always or never is said as that."""
    if count in (0, draws):
        return _("in every lottery tried") if count else _("in no lottery tried")
    tenths = floor(10 * count / draws + 0.5)
    if tenths in (0, 10):
        return _("in more than 9 of 10") if tenths else _("in fewer than 1 of 10")
    return _("in %(tenths)d of 10") % {"tenths": tenths}


def _of_draws(count: int, draws: int) -> str:
    said = {"count": thousands(count), "draws": thousands(draws)}
    return _("%(count)s of %(draws)s") % said + f" ({_interval(count, draws)})"


def _interval(count: int, draws: int) -> str:
    """Write the 95 % interval in whole percent, rounded outwards."""
    low, high = wilson(np.array([count]), draws)
    return f"{floor(100 * float(low[0]) + 1e-9)}\u2013{ceil(100 * float(high[0]) - 1e-9)} %"


def _plan(plan: dict[str, object]) -> str:
    count, draws = int(str(plan["count"])), int(str(plan["draws"]))
    said = {"program": plan["program"], "turn": plan["turn"], "share": in_ten(count, draws),
            "count": _of_draws(count, draws)}  # fmt: skip
    return _("With %(program)s added as choice %(turn)s: a seat %(share)s, %(count)s.") % said
