"""Exits out of the district, and the pairs of exit and return at the same school.

Domain/mobility.md 1.6: students dropped with code 33 or 40 and added again one week to some
months later hide absence. A return on the same day with the administrative code 30 and a return
after more than 30 days are planted as near misses. A holiday alone is no drop: at least three
school days are missed. Days at the edge of the rule (0 to 8 and 29
to 33 calendar days) are left free, because authors count them differently.
"""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.draws import draw_codes
from bascule.ops.generator.moves import Ends
from bascule.ops.generator.state import District, Term

SHORTEST, LONGEST, LATE, LATEST = 9, 28, 34, 75
DAYS_MISSED = 3
NOWHERE, OUT_OF_DISTRICT = (20, 21, 86), 33

ELEMENTARY_EXITS = {33: 0.65, 4: 0.18, 34: 0.1, 40: 0.07}
HIGH_SCHOOL_EXITS = {33: 0.52, 4: 0.06, 34: 0.08, 40: 0.05, 20: 0.18, 21: 0.03, 86: 0.03, 23: 0.05}
OPTIONS_EXITS = {33: 0.48, 34: 0.04, 40: 0.05, 20: 0.27, 21: 0.06, 86: 0.05, 23: 0.05}


@dataclass
class Returns:
    """Exits with a return to the same school: places of the days, exit code, whether it fires."""

    student: np.ndarray
    grade: np.ndarray
    out: np.ndarray
    back: np.ndarray
    exit: np.ndarray
    fires: np.ndarray


@dataclass
class Exits:
    """Exits for good, and beside them the exits that come back."""

    student: np.ndarray
    out: np.ndarray
    code: np.ndarray
    returns: Returns


def plan_exits(leaving: Ends, is_free: np.ndarray, district: District, term: Term) -> Exits:
    """Draw days and codes of the exits; keep what has happened by the as-of day."""
    rng, count = district.rng, len(leaving)
    out = rng.integers(term.october, len(term.days) - 12, count)
    out[leaving.in_september] = rng.integers(3, term.october, count)[leaving.in_september]
    back, fires = _returns(leaving, out, is_free, district, term)
    comes_back = back > 0
    code = exit_codes(leaving.grade, district.schools.is_options[leaving.school], district)
    code[comes_back] = draw_codes(count, {33: 0.6, 40: 0.4}, rng)[comes_back]
    done = comes_back & (back < term.seen)
    gone = ~done & (out < term.seen)
    returns = Returns(
        leaving.student[done], leaving.grade[done], out[done], back[done], code[done], fires[done]
    )
    return Exits(leaving.student[gone], out[gone], code[gone], returns)


def exit_codes(grade: np.ndarray, at_options: np.ndarray, district: District) -> np.ndarray:
    """Draw exit codes of students who leave the district, by level (roster.codes)."""
    rng, count = district.rng, len(grade)
    code = draw_codes(count, ELEMENTARY_EXITS, rng)
    high = grade >= grades.GRADE_9
    code[high] = draw_codes(count, HIGH_SCHOOL_EXITS, rng)[high]
    options = high & at_options
    code[options] = draw_codes(count, OPTIONS_EXITS, rng)[options]
    return fewer_nowhere(code, district)


def fewer_nowhere(code: np.ndarray, district: District) -> np.ndarray:
    """Let part of those who leave for no school leave the district, as the shares say."""
    share = district.shares.nowhere
    if share < 1:
        goes_on = np.isin(code, NOWHERE) & (district.rng.random(len(code)) >= share)
        code[goes_on] = OUT_OF_DISTRICT
    return code


def _returns(
    leaving: Ends, out: np.ndarray, is_free: np.ndarray, district: District, term: Term
) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of the first day back (0 = never) and whether the pair must fire."""
    rng, shares, count = district.rng, district.shares, len(leaving)
    drawn = rng.random(count)
    fires = drawn < shares.drop_and_return
    late = ~fires & (drawn < shares.drop_and_return + shares.late_return)
    target = np.where(
        fires, rng.integers(SHORTEST, LONGEST + 1, count), rng.integers(LATE, LATEST + 1, count)
    )
    back = term.place_of(term.days[out] + target)
    inside = back < len(term.days) - 2
    back = np.where(inside, back, 0)
    apart = term.days[back] - term.days[out]
    fits = inside & (fires & (apart <= LONGEST) | late) & is_free[leaving.student]
    fits &= back - out > DAYS_MISSED
    fits &= ~leaving.in_september & (leaving.grade > grades.KG)
    return np.where(fits, back, 0), fires & fits


def same_day_returns(
    busy: np.ndarray, is_free: np.ndarray, district: District, term: Term
) -> Returns:
    """Draw students who are taken off and put back on the same day with code 30: near misses."""
    rng, people = district.rng, district.people
    idle = is_free.copy()
    idle[busy] = False
    stays = np.flatnonzero(idle[: len(is_free)] & (people["school"][: len(is_free)] >= 0))
    wanted = min(len(stays), round(district.shares.late_return * len(busy) / 4))
    who = rng.permutation(stays)[:wanted]
    day = rng.integers(term.october, len(term.days) - 12, len(who))
    seen = day < term.seen
    who, day = who[seen], day[seen]
    code, no = np.full(len(who), 30, dtype=np.int8), np.zeros(len(who), dtype=bool)
    return Returns(who, people["grade"][who].astype(np.int64), day, day, code, no)
