"""Writes absence and tardy events of the last two years and monthly totals of those before.

Present days are not written (docs/look-up/feeds.md). Nobody is absent without excuse on the
first day of a school year except the did-not-arrives, whom the withdrawal already shows.
"""

from math import comb

import numpy as np

from bascule.ops.generator.absence import Rates, draw_rates
from bascule.ops.generator.csv_files import CsvFile, dates, words
from bascule.ops.generator.spells import Spells
from bascule.ops.generator.state import District, Term

EVENTS_HEADER = ("student_id", "school_id", "date", "kind")
MONTHS_HEADER = (
    "student_id", "school_id", "month",
    "days_enrolled", "days_absent", "days_unexcused", "days_tardy",
)  # fmt: skip
KINDS = ("absent_unexcused", "absent_excused", "tardy")
CHUNK = 16_384
SCALE = 65_536
BINS, LONGEST_MONTH = 96, 24


def write_events(
    file: CsvFile, spells: Spells, term: Term, ids: np.ndarray, district: District
) -> None:
    """Write one row per absence and tardiness of a year up to the as-of day."""
    rates = draw_rates(spells, district.people, district.schools, district.rng)
    for begin in range(0, len(spells), CHUNK):
        rows = slice(begin, begin + CHUNK)
        part = Spells({name: column[rows] for name, column in spells.columns.items()})
        row, day, kind = _draw_events(part, rates.at(rows), term, district.rng)
        file.write(
            [
                ids[part["student"][row]],
                words(district.schools.ids, part["school"][row]),
                dates(term.days[day]),
                words(KINDS, kind),
            ]
        )


def _draw_events(
    spells: Spells, rates: Rates, term: Term, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw (row, place of the day, kind) of the events: one independent draw a student-day."""
    edges = np.cumsum([rates.unexcused, rates.excused, rates.tardy], axis=0)
    limits = (edges * SCALE).astype(np.uint16)
    days = term.days[: term.seen]
    drawn = rng.integers(0, SCALE, (len(spells), len(days)), dtype=np.uint16)
    happens = drawn < limits[2][:, None]
    happens &= days >= spells["start"][:, None]
    happens &= days <= spells["end"][:, None]
    row, day = np.nonzero(happens)
    value = drawn[row, day]
    kind = (value >= limits[0][row]).astype(np.int8) + (value >= limits[1][row])
    kept = (day > 0) | (kind > 0)
    return row[kept], day[kept], kind[kept]


def write_months(
    file: CsvFile, spells: Spells, term: Term, ids: np.ndarray, district: District
) -> None:
    """Write one row per student, school and month of a past year."""
    rng = district.rng
    enrolled, months = _days_by_month(spells, term)
    spells, enrolled = _one_row_per_school(spells, enrolled)
    rates = draw_rates(spells, district.people, district.schools, rng)
    row, month = np.nonzero(enrolled)
    count = enrolled[row, month]
    unexcused = _draw_counts(count, rates.unexcused[row], rng)
    excused = _draw_counts(count - unexcused, rates.excused[row], rng)
    tardy = _draw_counts(count - unexcused - excused, rates.tardy[row], rng)
    file.write(
        [
            ids[spells["student"][row]],
            words(district.schools.ids, spells["school"][row]),
            words(months, month),
            count,
            unexcused + excused,
            unexcused,
            tardy,
        ]
    )


def _days_by_month(spells: Spells, term: Term) -> tuple[np.ndarray, list[str]]:
    """Return the school days of each spell in each month, and the months as `YYYY-MM`."""
    month_of_day = term.days.astype("datetime64[D]").astype("datetime64[M]")
    months, begins = np.unique(month_of_day, return_index=True)
    ends = np.r_[begins[1:], len(term.days)]
    first = np.searchsorted(term.days, spells["start"])[:, None]
    last = np.searchsorted(term.days, spells["end"], side="right")[:, None]
    enrolled = np.minimum(last, ends) - np.maximum(first, begins)
    return np.maximum(enrolled, 0), [str(month) for month in months]


def _one_row_per_school(spells: Spells, enrolled: np.ndarray) -> tuple[Spells, np.ndarray]:
    """Add up the days of a student who left a school and came back to it in the same year."""
    key = spells["student"].astype(np.int64) * 4096 + spells["school"]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    total = np.zeros((len(first), enrolled.shape[1]), dtype=enrolled.dtype)
    np.add.at(total, group, enrolled)
    return spells.rows(first), total


def _draw_counts(days: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a binomial count for each number of days (at most 24) from a table of quantiles."""
    place = np.minimum((share * BINS).astype(np.int64), BINS - 1)
    return _QUANTILES[days, place, rng.integers(0, 256, len(days), dtype=np.uint8)].astype(np.int64)


def _binomial_quantiles() -> np.ndarray:
    """Return counts by number of days, share (middle of 96 bins) and quantile (256 steps)."""
    table = np.zeros((LONGEST_MONTH + 1, BINS, 256), dtype=np.int8)
    share = (np.arange(BINS) + 0.5) / BINS
    steps = (np.arange(256) + 0.5) / 256
    for days in range(LONGEST_MONTH + 1):
        ways = [comb(days, hits) * share**hits * (1 - share) ** (days - hits)
                for hits in range(days + 1)]  # fmt: skip
        reached = np.cumsum(ways, axis=0)
        table[days] = (steps[None, None, :] > reached[:, :, None]).sum(axis=0)
    return np.minimum(table, np.arange(LONGEST_MONTH + 1)[:, None, None])


_QUANTILES = _binomial_quantiles()
