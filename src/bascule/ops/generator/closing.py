"""Closes the years and adds the plants that need a student's whole history.

What fires here follows from the rows just written, by the plain words of the manifest page
(docs/look-up/generated-district.md); no detector of ours is called.
"""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.midyear import Year
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.spells import BLANK, MISSING, OPEN, Spells
from bascule.ops.generator.state import District
from bascule.ops.generator.summer import PROMOTED, YEAR_END, Summer

NEEDS_PROOF = (4, 33, 34, 40)
NOWHERE_AFTER = (20, 21, 86, 99)
GAP_LIMIT = 10


def close_year(year: Year, summer: Summer) -> Spells:
    """Give everybody who reached the last day the exit code that the summer decided."""
    rows = year.row_of[summer.student]
    year.spells["exit"][rows] = summer.exit
    return year.spells


def close_running_year(year: Year, as_of: int) -> Spells:
    """Leave the spells of those enrolled on the as-of day open."""
    spells = year.spells
    runs = spells["end"] > as_of
    spells["end"][runs] = as_of
    spells["said_end"][runs] = OPEN
    return spells


@dataclass
class History:
    """All spells ordered by student and start; `first` and `last` mark each student's ends."""

    spells: Spells
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, spells: Spells) -> "History":
        """Order the spells of all years."""
        key = spells["student"].astype(np.int64) * 2_000_000 + spells["start"]
        ordered = spells.rows(np.argsort(key, kind="stable"))
        student = ordered["student"]
        change = student[1:] != student[:-1]
        return cls(ordered, np.r_[True, change], np.r_[change, True])

    def stays_put(self) -> np.ndarray:
        """Say per row whether its student was only ever in one school."""
        starts = np.flatnonzero(self.first)
        school = self.spells["school"]
        low = np.minimum.reduceat(school, starts)
        high = np.maximum.reduceat(school, starts)
        return np.repeat(low == high, np.diff(np.r_[starts, len(school)]))


def plant_last(history: History, district: District, school_days: np.ndarray) -> None:
    """Add every plant that looks at whole histories."""
    note_last_exits(history, district, school_days)
    note_promotional_moves(history, district)
    plant_missing_dates(history, district)
    district.plants.drop_contradicted()
    note_summers(history, district)


def note_last_exits(history: History, district: District, school_days: np.ndarray) -> None:
    """Record the exits that nothing follows: unproven transfers and open gaps.

    Whoever left without naming another school or institution and has been enrolled nowhere for
    more than 10 of the `school_days` up to the as-of day has an open gap.
    """
    last = history.spells.rows(history.last & (history.spells["said_end"] < OPEN))
    passed = np.searchsorted(school_days, district.as_of, side="right")
    out = passed - np.searchsorted(school_days, last["said_end"], side="right")
    open_gap = np.isin(last["exit"], NOWHERE_AFTER) & (out > GAP_LIMIT)
    for kind, chosen, later, detail in (
        (Kind.UNPROVEN, np.isin(last["exit"], NEEDS_PROOF), 0, "no proof, no later enrollment"),
        (Kind.GAP, open_gap, 1, "left without another school, did not return"),
    ):
        rows = last.rows(chosen)
        began = rows["said_end"] + later
        district.plants.note(
            kind, rows["student"], rows["school"], began, fires=True, detail=detail
        )


def note_promotional_moves(history: History, district: District) -> None:
    """Record some students who were promoted to another school: that is no move that counts."""
    spells = history.spells
    promoted = np.flatnonzero((spells["exit"] == PROMOTED) & ~history.last)
    calm = promoted[~district.people["troubled"][spells["student"][promoted]]]
    wanted = min(len(calm), max(3, round(0.0004 * len(spells))))
    rows = district.rng.permutation(calm)[:wanted]
    after = spells.rows(rows + 1)
    district.plants.note(
        Kind.HIGHLY_MOBILE, after["student"], after["school"], after["start"],
        other_school=spells["school"][rows], fires=False, detail="promoted to another school",
    )  # fmt: skip


def note_summers(history: History, district: District) -> None:
    """Record summers between two schools as gaps that must not fire: no school day is lost.

    As many as are needed (and there are) to make near misses a quarter of the manifest.
    """
    spells, plants = history.spells, district.plants
    promoted = np.flatnonzero((spells["exit"] == PROMOTED) & ~history.last)
    calm = promoted[~district.people["troubled"][spells["student"][promoted]]]
    wanted = max(0, plants.count(fires=True) // 3 - plants.count(fires=False))
    rows = _one_per_student(district.rng.permutation(calm), spells)[:wanted]
    plants.note(
        Kind.GAP, spells["student"][rows], spells["school"][rows], spells["end"][rows] + 1,
        other_school=spells["school"][rows + 1], fires=False, detail="only the summer between",
    )  # fmt: skip


def plant_missing_dates(history: History, district: District) -> None:
    """Drop or blank some entries and withdrawals of students who were only in one school.

    An entry is dropped only where it opens the student's history, a withdrawal only where the
    next entry follows at the same school: so no other trouble arises from what is missing.
    """
    spells, rng = history.spells, district.rng
    quiet = history.stays_put() & ~district.people["troubled"][spells["student"]]
    quiet &= spells["said_end"] < OPEN
    one_each = district.rng.random(len(district.people)) < 0.5
    for_entry = quiet & history.first & ~history.last & one_each[spells["student"]]
    for_exit = quiet & ~history.last & (spells["exit"] == YEAR_END) & ~one_each[spells["student"]]
    wanted = max(2, round(district.shares.missing_date * len(spells) / 3))
    entries = rng.permutation(np.flatnonzero(for_entry))[:wanted]
    exits = _one_per_student(rng.permutation(np.flatnonzero(for_exit)), spells)[: 2 * wanted]
    dropped, blanked = exits[::2], exits[1::2]
    for rows, column, said, detail in (
        (entries, "said_start", MISSING, "a withdrawal without an entry"),
        (dropped, "said_end", MISSING, "an entry without a withdrawal"),
        (blanked, "said_end", BLANK, "a withdrawal without its date"),
    ):
        spells[column][rows] = said
        began = spells["end" if column == "said_start" else "start"][rows]
        district.plants.note(
            Kind.MISSING_DATE, spells["student"][rows], spells["school"][rows], began,
            fires=True, detail=detail,
        )  # fmt: skip
    _note_open_spells(history, district, wanted)


def _one_per_student(rows: np.ndarray, spells: Spells) -> np.ndarray:
    """Keep the first row of each student, in the given order."""
    _, kept = np.unique(spells["student"][rows], return_index=True)
    return rows[np.sort(kept)]


def _note_open_spells(history: History, district: District, wanted: int) -> None:
    """Record some spells of the running year as near misses: they are open, not incomplete."""
    spells = history.spells
    calm = (spells["said_end"] == OPEN) & ~district.people["troubled"][spells["student"]]
    calm &= spells["grade"] > grades.KG
    rows = district.rng.permutation(np.flatnonzero(calm))[:wanted]
    district.plants.note(
        Kind.MISSING_DATE, spells["student"][rows], spells["school"][rows], spells["start"][rows],
        fires=False, detail="open spell of the running year",
    )  # fmt: skip
