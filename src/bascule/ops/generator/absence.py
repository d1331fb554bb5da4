"""How often each student is absent or late, so that published truancy and attendance are met.

Chronic truancy is 5 % of the days or more without excuse (105 ILCS 5/26-2a, domain/mobility.md
3.1): the published share of a school's students is drawn above that line, the others below.
"""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator.population import Population
from bascule.ops.generator.schools import Schools
from bascule.ops.generator.spells import Spells

LOWEST_OF_TRUANTS, HIGHEST_OF_OTHERS = 0.055, 0.042
UNEXCUSED_PART = 0.65
KEEPS_HABIT = 0.8
MOST = 0.9


@dataclass(frozen=True)
class Rates:
    """Shares of a spell's days, one entry per spell; the three sum to at most 0.95."""

    unexcused: np.ndarray
    excused: np.ndarray
    tardy: np.ndarray

    def at(self, rows: slice) -> "Rates":
        """Return the rates of some spells."""
        return Rates(self.unexcused[rows], self.excused[rows], self.tardy[rows])


def draw_rates(
    spells: Spells, people: Population, schools: Schools, rng: np.random.Generator
) -> Rates:
    """Draw the rates of one year's spells; a student's habit mostly lasts over the years."""
    count, school = len(spells), spells["school"]
    habit = people["truancy"][spells["student"]]
    habit = np.where(rng.random(count) < KEEPS_HABIT, habit, rng.random(count))
    truancy, absent = schools.truancy[school], 1.0 - schools.attendance[school]
    is_truant = habit < truancy
    extra = _extra_of_truants(truancy, absent)
    unexcused = np.where(
        is_truant,
        LOWEST_OF_TRUANTS + extra * rng.exponential(size=count),
        HIGHEST_OF_OTHERS * rng.random(count),
    )
    mean = truancy * (LOWEST_OF_TRUANTS + extra) + (1 - truancy) * HIGHEST_OF_OTHERS / 2
    excused = np.maximum(0.004, absent - mean) * (0.4 + 1.2 * rng.random(count))
    tardy = 0.01 + 0.4 * unexcused * rng.random(count) + 0.03 * rng.random(count)
    unexcused = np.minimum(unexcused, MOST)
    excused = np.minimum(excused, MOST - unexcused)
    return Rates(unexcused, excused, np.minimum(tardy, 0.95 - unexcused - excused))


def _extra_of_truants(truancy: np.ndarray, absent: np.ndarray) -> np.ndarray:
    """Return by how much truants are on average above the line, given both published shares."""
    of_others = (1.0 - truancy) * HIGHEST_OF_OTHERS / 2
    wanted = (UNEXCUSED_PART * absent - of_others) / np.maximum(truancy, 0.02)
    return np.clip(wanted - LOWEST_OF_TRUANTS, 0.015, 0.6)
