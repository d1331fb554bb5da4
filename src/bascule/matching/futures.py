"""Seat futures: the same round under many lotteries, so that odds can be told before the draw.

A lottery gives chances, not promises, and a sample of lotteries gives them only roughly: each
share comes with its interval (domain/mobility.md 6.2, number 9).
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from bascule.matching.assign import settled_places
from bascule.matching.rounds import Ints, Round

Shares = npt.NDArray[np.float64]
Z95 = 1.959963984540054
"""How many standard errors an interval of 95 % reaches to either side."""


@dataclass(frozen=True)
class Futures:
    """Of `draws` lotteries, in how many each student came to rest at each place.

    `counts` (students x ranks + 1): one column for each rank, the last for nowhere.
    """

    counts: Ints
    draws: int

    @property
    def shares(self) -> Shares:
        """The share of lotteries, 0-1, in the shape of `counts`; each row sums to 1."""
        return self.counts / self.draws

    @property
    def intervals(self) -> tuple[Shares, Shares]:
        """The least and the greatest chance, 0-1, that fit each share at 95 % (Wilson)."""
        return wilson(self.counts, self.draws)


def wilson(counts: Ints, draws: int, z: float = Z95) -> tuple[Shares, Shares]:
    """Return Wilson's score interval of `counts` of `draws` (Wilson 1927, without correction)."""
    share = counts / draws
    middle = share + z * z / (2 * draws)
    reach = z * np.sqrt(share * (1 - share) / draws + (z / (2 * draws)) ** 2)
    whole = 1 + z * z / draws
    return np.clip((middle - reach) / whole, 0, 1), np.clip((middle + reach) / whole, 0, 1)


def seat_futures(
    rankings: npt.ArrayLike,
    priorities: npt.ArrayLike,
    capacities: npt.ArrayLike,
    *,
    seed: int,
    draws: int = 1_000,
    workers: int = 1,
) -> Futures:
    """Draw `draws` lotteries and count where each student comes to rest.

    The arrays, and what is refused, are those of `deferred_acceptance`. Lottery number i is drawn
    from (seed, i): the counts are the same whatever the number of `workers`, which are processes.
    Raises ValueError where there are fewer draws or workers than one.
    """
    if draws < 1 or workers < 1:
        raise ValueError("at least one lottery is drawn, by at least one worker")
    asked = Round(rankings, priorities, capacities)
    shares = [range(turn, draws, workers) for turn in range(min(workers, draws))]
    return Futures(sum(_counted_by_workers(asked, seed, shares), start=_no_counts(asked)), draws)


def _counted_by_workers(asked: Round, seed: int, shares: list[range]) -> Iterator[Ints]:
    if len(shares) == 1:
        yield _counted(asked, seed, shares[0])
        return
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_counted, repeat(asked), repeat(seed), shares)


def _counted(asked: Round, seed: int, numbers: range) -> Ints:
    """Return the counts of the lotteries of these numbers."""
    counts, students = _no_counts(asked), np.arange(asked.students)
    for number in numbers:
        turns = np.random.default_rng([seed, number]).permutation(asked.students)
        places = settled_places(asked, turns)
        rank = np.where(places < asked.end, places - asked.first, asked.ranks)
        counts[students, rank] += 1
    return counts


def _no_counts(asked: Round) -> Ints:
    return np.zeros((asked.students, asked.ranks + 1), dtype=np.int64)
