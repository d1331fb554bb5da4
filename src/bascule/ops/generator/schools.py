"""The schools of the generated district as columns, read from a spine file.

The spine's columns are those of `schools_master.csv` (data/cps/README.md): percentages 0-100,
blank where nothing was published. Shares here are 0-1.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bascule.ops.generator import grades

RACES = ("hispanic", "black", "white", "asian", "other")
OPTIONS = "Options"
DEFAULT_MOBILITY, DEFAULT_TRUANCY, DEFAULT_ATTENDANCE = 11.0, 43.0, 88.0


@dataclass(frozen=True)
class Schools:
    """One entry per school in every column; `rows` keeps the spine's own cells."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    networks: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    offers: np.ndarray
    enrollment: np.ndarray
    is_options: np.ndarray
    zone: np.ndarray
    mobility: np.ndarray
    has_mobility: np.ndarray
    truancy: np.ndarray
    attendance: np.ndarray
    low_income: np.ndarray
    iep: np.ndarray
    el: np.ndarray
    race: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


def read_spine(path: Path, rng: np.random.Generator) -> Schools:
    """Read a spine CSV; Options schools without a published mobility draw one that is published.

    Raises KeyError when a needed column is missing and ValueError when a number is none.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        return schools_of(list(csv.DictReader(handle)), rng)


def schools_of(rows: Sequence[dict[str, str]], rng: np.random.Generator) -> Schools:
    """Turn spine rows into columns; see `read_spine`."""
    is_options = np.array([row["network"] == OPTIONS for row in rows])
    mobility, has_mobility = _mobility(rows, is_options, rng)
    return Schools(
        ids=tuple(row["school_id"] for row in rows),
        names=tuple(row["long_name"] or row["short_name"] for row in rows),
        networks=tuple(row["network"] or "Unassigned" for row in rows),
        rows=tuple(rows),
        offers=np.array([grades.offered_grades(row["grades"]) for row in rows]),
        enrollment=np.array([int(row["enrolment_sy2425"] or 0) for row in rows]),
        is_options=is_options,
        zone=_zones(rows),
        mobility=mobility,
        has_mobility=has_mobility,
        truancy=_shares(rows, "chronic_truancy_pct_pr2022", DEFAULT_TRUANCY),
        attendance=_shares(rows, "attendance_pct_pr2022", DEFAULT_ATTENDANCE),
        low_income=_shares(rows, "pct_low_income", 70.0),
        iep=_shares(rows, "pct_sped", 16.0),
        el=_shares(rows, "pct_el", 20.0),
        race=_race(rows),
    )


def _column(rows: Sequence[dict[str, str]], name: str) -> np.ndarray:
    """Return a numeric column, NaN where the cell is blank."""
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def _shares(rows: Sequence[dict[str, str]], name: str, default: float) -> np.ndarray:
    """Return a percentage column as shares, `default` percent where it is blank."""
    column = _column(rows, name)
    return np.where(np.isnan(column), default, column) / 100.0


def _mobility(
    rows: Sequence[dict[str, str]], is_options: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return mobility shares and whether each was published."""
    column = _column(rows, "mobility_pct_pr2022")
    published = ~np.isnan(column)
    options = column[is_options & published]
    pool = options if options.size else np.array([80.0])
    blank_options = is_options & ~published
    column[blank_options] = rng.choice(pool, int(blank_options.sum()))
    return np.where(np.isnan(column), DEFAULT_MOBILITY, column) / 100.0, published


def _race(rows: Sequence[dict[str, str]]) -> np.ndarray:
    """Return the shares of RACES per school, each row summing to 1."""
    known = np.column_stack([_shares(rows, f"pct_{race}", 20.0) for race in RACES[:-1]])
    other = np.maximum(0.01, 1.0 - known.sum(axis=1))
    shares = np.column_stack([known, other])
    return shares / shares.sum(axis=1, keepdims=True)


def _zones(rows: Sequence[dict[str, str]]) -> np.ndarray:
    """Return the number of each school's elementary zone: neighbors share one."""
    return np.array([int(row["es_network_zone_1920"] or 0) for row in rows])
