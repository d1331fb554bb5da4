"""Who leaves and who arrives in the middle of one school year, so that published mobility is met.

Each school has a quota of exits and of entries between 1 October and the last day; a few more
fall into September, which the published Illinois rate does not count (domain/mobility.md 2.1).
Exits and entries of the same grade are paired into moves inside the district, near schools
first; what stays unpaired leaves the district or comes from outside.
"""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator.draws import pair_by_key, random_rank_within, rank_within, round_randomly
from bascule.ops.generator.population import Population
from bascule.ops.generator.schools import Schools

SEPTEMBER_SHARE = 0.12
INSIDE_SHARE, INSIDE_SHARE_OPTIONS_OUT, INSIDE_SHARE_OPTIONS_IN = 0.62, 0.25, 0.35
YEAR_APART, THREE_YEARS_APART, SURELY_IN_THREE_YEARS = 400, 1130, 1000


@dataclass
class Ends:
    """One side of a move per entry: exits with their `student`, or entries without (-1)."""

    student: np.ndarray
    school: np.ndarray
    grade: np.ndarray
    in_september: np.ndarray
    inside: np.ndarray

    def __len__(self) -> int:
        return len(self.school)

    def at(self, places: np.ndarray) -> "Ends":
        """Return the entries at `places` (indices or a mask)."""
        return Ends(*(column[places] for column in vars(self).values()))


@dataclass
class Moves:
    """Moves inside the district: one student from a school to another."""

    student: np.ndarray
    sender: np.ndarray
    receiver: np.ndarray
    grade: np.ndarray
    in_september: np.ndarray

    def __len__(self) -> int:
        return len(self.student)


@dataclass
class Flows:
    """All movement of one year: inside the district, out of it, into it."""

    moves: Moves
    leaving: Ends
    arriving: Ends


def draw_flows(
    people: Population, schools: Schools, first: int, last: int, rng: np.random.Generator
) -> Flows:
    """Draw the flows of the year whose first and last school days are `first` and `last`."""
    who = people.enrolled()
    school = people["school"][who].astype(np.int64)
    count = np.bincount(school, minlength=len(schools))
    quota = _quotas(schools, count, rng)
    exits = _draw_exits(people, schools, who, quota[0], may_move(people, first, last)[who], rng)
    entries = _draw_entries(people, schools, who, quota[1], rng)
    return _paired(exits, entries, schools, rng)


def may_move(people: Population, first: int, last: int) -> np.ndarray:
    """Say who may change schools this year without an unplanned highly-mobile history.

    Either the last change lies more than a year and the one before more than three years back,
    or a third move within three years is certain: then it is planted and listed as such.
    """
    rested = first - people["changed"] > YEAR_APART
    return rested & (
        (first - people["changed_before"] > THREE_YEARS_APART) | third_in_three_years(people, last)
    )


def third_in_three_years(people: Population, last: int) -> np.ndarray:
    """Say for whom one more move by day `last` is surely the third inside three years."""
    only_moves = (people["changed"] == people["moved"]) & (
        people["changed_before"] == people["moved_before"]
    )
    return only_moves & (last - people["moved_before"] < SURELY_IN_THREE_YEARS)


def _quotas(
    schools: Schools, count: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return exits and entries per school, shape (schools, 2): from October on, in September.

    With x exits and x entries by different students, mobility is 2x / (n + x): the share of
    those ever enrolled who came or went once or more.
    """
    balanced = schools.mobility * count / (2.0 - schools.mobility)
    mobile = np.rint(2.0 * balanced).astype(np.int64)
    exits = np.minimum(mobile // 2 + (mobile % 2) * (rng.random(len(count)) < 0.5), count)
    september = np.minimum(round_randomly(SEPTEMBER_SHARE * balanced, rng), count - exits)
    entries = np.where(count > 0, mobile - exits, 0)
    return np.column_stack([exits, september]), np.column_stack([entries, september])


def _draw_exits(
    people: Population,
    schools: Schools,
    who: np.ndarray,
    quota: np.ndarray,
    allowed: np.ndarray,
    rng: np.random.Generator,
) -> Ends:
    """Choose who leaves each school: first those who move inside, who must be `allowed` to."""
    school = people["school"][who].astype(np.int64)
    rank = rank_within(school, rng.random(len(who)) + ~allowed)
    share = np.where(schools.is_options, INSIDE_SHARE_OPTIONS_OUT, INSIDE_SHARE)
    inside = np.rint(quota * share[:, None]).astype(np.int64)
    total, all_inside = quota.sum(axis=1), inside.sum(axis=1)
    goes = rank < total[school]
    is_inside = (rank < all_inside[school]) & allowed
    early_outside = rank >= (total - (quota - inside)[:, 1])[school]
    early = np.where(rank < all_inside[school], rank < inside[school, 1], early_outside)
    ends = Ends(who, school, people["grade"][who].astype(np.int64), early, is_inside)
    return ends.at(goes)


def _draw_entries(
    people: Population,
    schools: Schools,
    who: np.ndarray,
    quota: np.ndarray,
    rng: np.random.Generator,
) -> Ends:
    """Draw the entries of each school, each into the grade of a random student of that school."""
    school = people["school"][who].astype(np.int64)
    count = np.bincount(school, minlength=len(schools))
    by_school = np.argsort(school, kind="stable")
    begins = np.cumsum(count) - count
    into = np.repeat(np.arange(len(schools)), quota.sum(axis=1))
    model = who[by_school[begins[into] + rng.integers(0, np.maximum(count[into], 1))]]
    rank = random_rank_within(into, rng)
    share = np.where(schools.is_options, INSIDE_SHARE_OPTIONS_IN, INSIDE_SHARE)
    return Ends(
        np.full(len(into), -1),
        into,
        people["grade"][model].astype(np.int64),
        rank < quota[into, 1],
        rng.random(len(into)) < share[into],
    )


def _paired(exits: Ends, entries: Ends, schools: Schools, rng: np.random.Generator) -> Flows:
    """Pair inside exits with inside entries of the same grade and season."""
    out, into = np.flatnonzero(exits.inside), np.flatnonzero(entries.inside)
    keys = [2 * ends.grade + ends.in_september for ends in (exits, entries)]
    left, right = pair_by_key(
        keys[0][out],
        keys[1][into],
        schools.zone[exits.school[out]],
        schools.zone[entries.school[into]],
        rng,
    )
    out, into = _without_same_school(exits, entries, out[left], into[right])
    moves = Moves(
        exits.student[out],
        exits.school[out],
        entries.school[into],
        exits.grade[out],
        exits.in_september[out],
    )
    return Flows(moves, exits.at(_others(exits, out)), entries.at(_others(entries, into)))


def _without_same_school(
    exits: Ends, entries: Ends, out: np.ndarray, into: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Exchange partners among pairs that lead into their own school; drop what still does."""
    into = into.copy()
    same = np.flatnonzero(exits.school[out] == entries.school[into])
    keys = 2 * exits.grade[out[same]] + exits.in_september[out[same]]
    for key in np.unique(keys):
        group = same[keys == key]
        into[group] = np.roll(into[group], 1)
    fine = exits.school[out] != entries.school[into]
    return out[fine], into[fine]


def _others(ends: Ends, used: np.ndarray) -> np.ndarray:
    """Return the mask of the entries that are not in `used`."""
    mask = np.ones(len(ends), dtype=bool)
    mask[used] = False
    return mask
