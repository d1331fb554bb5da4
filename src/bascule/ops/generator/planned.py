"""Decides for each move inside the district its days, its codes and what trouble it carries."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.draws import draw_codes, random_rank_within
from bascule.ops.generator.moves import Moves
from bascule.ops.generator.plants import Shares
from bascule.ops.generator.state import Term

GAP_LIMIT = 10
OPEN_GAP_AT_LEAST = 12
SURE_MARGIN = 20


class Trouble(IntEnum):
    """What a move carries; each move carries at most one."""

    NONE = 0
    CHAIN_FIRST = 1
    CHAIN_SECOND = 2
    GAP = 3
    GAP_OF_THE_LIMIT = 4
    OVERLAP = 5
    BACK_TO_BACK = 6
    WRONG_CODE = 7
    SECOND_RECORD = 8
    ONE_MOVE = 9
    DAY_ONE = 10
    OPEN_GAP = 11
    ONE_DAY = 12


@dataclass
class Planned:
    """Moves with `out` and `into` (places in the year's school days), codes and trouble.

    `follows` is the place of the first move of a chain for its second, else -1.
    """

    student: np.ndarray
    sender: np.ndarray
    receiver: np.ndarray
    grade: np.ndarray
    out: np.ndarray
    into: np.ndarray
    exit: np.ndarray
    entry: np.ndarray
    trouble: np.ndarray
    follows: np.ndarray

    def __len__(self) -> int:
        return len(self.student)

    def at(self, mask: np.ndarray) -> "Planned":
        """Return the moves of a mask; `follows` is renumbered (its first must be kept too)."""
        kept = Planned(*(column[mask] for column in vars(self).values()))
        place = np.cumsum(mask) - 1
        kept.follows = np.where(kept.follows >= 0, place[kept.follows], -1)
        return kept


def plan_moves(
    moves: Moves, free: np.ndarray, shares: Shares, term: Term, rng: np.random.Generator
) -> Planned:
    """Plan the moves of a year; `free` says per move whether its student may carry a chain."""
    first, second = _chains(moves, free, shares, rng)
    trouble = _troubles(moves, shares, rng)
    trouble[first], trouble[second] = Trouble.CHAIN_FIRST, Trouble.CHAIN_SECOND
    follows = np.full(len(moves), -1)
    follows[second] = first
    student = moves.student.copy()
    student[second] = moves.student[first]
    out, into = _days(moves, trouble, term, rng)
    _space_chains(out, into, first, second, term, rng)
    one_day = (trouble == Trouble.NONE) & (into - out == 2) & ~moves.in_september
    trouble[one_day & (moves.grade > grades.GRADE_1)] = Trouble.ONE_DAY
    leave, enter = _codes(trouble, rng)
    planned = Planned(
        student, moves.sender, moves.receiver, moves.grade, out, into, leave, enter, trouble,
        follows,
    )  # fmt: skip
    return _as_seen(planned, term)


def _chains(
    moves: Moves, free: np.ndarray, shares: Shares, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of first and second moves of chains A -> B -> C of one student each.

    A second move takes over a planned exit from B in the same grade, so that every school's
    quota is kept; its first student stays where he is.
    """
    usable = ~moves.in_september
    is_first = rng.random(len(moves)) < 0.5
    firsts = np.flatnonzero(usable & free & is_first)
    seconds = np.flatnonzero(usable & ~is_first)
    keys = (
        moves.receiver[firsts] * grades.COUNT + moves.grade[firsts],
        moves.sender[seconds] * grades.COUNT + moves.grade[seconds],
    )
    size = len(moves) + 1
    tags = [key * size + random_rank_within(key, rng) for key in keys]
    _, left, right = np.intersect1d(tags[0], tags[1], assume_unique=True, return_indices=True)
    onward = moves.sender[firsts[left]] != moves.receiver[seconds[right]]
    chosen = np.flatnonzero(onward)
    wanted = round(shares.chained * len(moves) / 2)
    chosen = rng.permutation(chosen)[:wanted]
    return firsts[left[chosen]], seconds[right[chosen]]


def _troubles(moves: Moves, shares: Shares, rng: np.random.Generator) -> np.ndarray:
    """Draw at most one trouble per move; gaps only where school is compulsory beyond doubt."""
    drawn = rng.random(len(moves))
    trouble = np.zeros(len(moves), dtype=np.int8)
    edge = 0.0
    for kind, share in (
        (Trouble.GAP, shares.gap),
        (Trouble.GAP_OF_THE_LIMIT, shares.gap_of_the_limit),
        (Trouble.OVERLAP, shares.overlap),
        (Trouble.BACK_TO_BACK, shares.back_to_back),
        (Trouble.WRONG_CODE, shares.wrong_code),
        (Trouble.SECOND_RECORD, shares.second_record),
        (Trouble.ONE_MOVE, shares.one_move),
    ):
        trouble[(drawn >= edge) & (drawn < edge + share)] = kind
        edge += share
    is_gap = (trouble == Trouble.GAP) | (trouble == Trouble.GAP_OF_THE_LIMIT)
    trouble[is_gap & (moves.grade <= grades.GRADE_1)] = Trouble.NONE
    trouble[moves.in_september] = Trouble.NONE
    day_one = moves.in_september & (rng.random(len(moves)) < shares.day_one_move)
    trouble[day_one] = Trouble.DAY_ONE
    return trouble


def _days(
    moves: Moves, trouble: np.ndarray, term: Term, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the last day at the sender and the first at the receiver, as places in the year."""
    count, end = len(moves), len(term.days)
    out = rng.integers(term.october, end - 12, count)
    out[moves.in_september] = rng.integers(3, term.october - 3, count)[moves.in_september]
    is_gap = (trouble == Trouble.GAP) | (trouble == Trouble.GAP_OF_THE_LIMIT)
    out[is_gap] = np.minimum(out[is_gap], end - 30)
    out[trouble == Trouble.DAY_ONE] = 0
    away = (rng.random(count) < 0.2).astype(np.int64)
    long_away = np.minimum(GAP_LIMIT + 1 + rng.geometric(0.06, count), end - 3 - out)
    away = np.where(trouble == Trouble.GAP, long_away, away)
    away[trouble == Trouble.GAP_OF_THE_LIMIT] = GAP_LIMIT
    away[(trouble == Trouble.BACK_TO_BACK) | (trouble == Trouble.DAY_ONE)] = 0
    return out, out + 1 + away


def _space_chains(
    out: np.ndarray,
    into: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    term: Term,
    rng: np.random.Generator,
) -> None:
    """Put the first move of each chain early in the year and the second at least 20 days later."""
    end = len(term.days)
    out[first] = rng.integers(term.october, term.october + (end - term.october) // 3, len(first))
    into[first] = out[first] + 1
    out[second] = rng.integers(into[first] + SURE_MARGIN, end - 12)
    into[second] = out[second] + 1


def _codes(trouble: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return exit and entry codes as numbers (roster.codes)."""
    count = len(trouble)
    leave, enter = np.full(count, 2, dtype=np.int8), np.full(count, 4, dtype=np.int8)
    wrong = trouble == Trouble.WRONG_CODE
    leave[wrong] = draw_codes(count, {33: 0.8, 40: 0.1, 4: 0.1}, rng)[wrong]
    second = trouble == Trouble.SECOND_RECORD
    leave[second], enter[second] = 33, 5
    unsettled = (trouble == Trouble.GAP) & (rng.random(count) < 0.25)
    leave[unsettled], enter[unsettled] = 21, 11
    return leave, enter


def _as_seen(planned: Planned, term: Term) -> Planned:
    """Keep what has happened by the as-of day; a long gap still running becomes an open gap."""
    seen = term.seen
    arrived = planned.into < seen
    runs = (planned.trouble == Trouble.GAP) & (seen - planned.out - 1 >= OPEN_GAP_AT_LEAST)
    planned.trouble[runs & ~arrived] = Trouble.OPEN_GAP
    lost = np.flatnonzero((planned.follows >= 0) & ~arrived)
    planned.trouble[planned.follows[lost]] = Trouble.NONE
    return planned.at(arrived | runs)
