"""Generates a district from its first year to the as-of day and writes all its files."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from bascule.kernel.school_calendar import school_year_of
from bascule.ops.generator import invented, manifest
from bascule.ops.generator.calendar import SchoolYear, school_year
from bascule.ops.generator.closing import History, close_running_year, close_year, plant_last
from bascule.ops.generator.folder import Played, Progress, write_folder
from bascule.ops.generator.midyear import play_year
from bascule.ops.generator.plants import shares_for
from bascule.ops.generator.population import day_number
from bascule.ops.generator.schools import read_spine, schools_of
from bascule.ops.generator.seats import grade_seats, school_seats
from bascule.ops.generator.spells import Spells, joined
from bascule.ops.generator.state import District, term_of
from bascule.ops.generator.summer import end_year, first_roster, next_roster

MOST_YEARS = 40


@dataclass
class Summary:
    """What was written: rows per file, plants per kind, students ever and on the as-of day."""

    out: Path
    seed: int
    as_of: date
    years: tuple[int, ...]
    schools: int
    students_ever: int = 0
    students_enrolled: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    planted: dict[str, dict[str, int]] = field(default_factory=dict)


def generate_district(
    out: Path,
    *,
    students: int | None = None,
    years: int = 10,
    seed: int = 1,
    as_of: date,
    schools: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write a whole district into the folder `out` (created; equal names are overwritten).

    `students` on the first day of each year (default: the sum the schools publish), `years` up to
    the running one, nothing dated after `as_of` but the calendar; `schools` is a spine file,
    without it the invented district. `progress(stage, done, total)` is called between stages.
    The same arguments give the same bytes. Raises ValueError for an impossible number.
    """
    if not 1 <= years <= MOST_YEARS or (students is not None and students < 1):
        raise ValueError(f"years must be 1 to {MOST_YEARS} and students at least 1")
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, as_of.toordinal()])
    spine = read_spine(schools, rng) if schools else schools_of(invented.spine_rows(), rng)
    report = progress or _silent
    calendars = [school_year(year) for year in _years(as_of, years)]
    seats = grade_seats(spine, school_seats(spine, students))
    district = District(spine, seats, day_number(as_of), rng, shares=shares_for(int(seats.sum())))
    played = _play(district, calendars, report)
    summary = Summary(out, seed, as_of, tuple(c.year for c in calendars), len(spine))
    summary.rows = write_folder(played, out, schools, report)
    summary.students_ever = len(district.people)
    summary.students_enrolled = len(district.people.enrolled())
    summary.planted = manifest.counted(district.plants)
    return summary


def _silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def _years(as_of: date, count: int) -> range:
    """Return the `count` school years up to the one that had begun by `as_of`."""
    running = school_year_of(as_of)
    if as_of < school_year(running).first_day:
        running -= 1
    return range(running - count + 1, running + 1)


def _play(district: District, calendars: list[SchoolYear], report: Progress) -> Played:
    """Play all years and add the plants that need whole histories."""
    terms = [term_of(calendar, district.as_of) for calendar in calendars]
    roster = first_roster(district, calendars[0].year)
    parts: list[Spells] = []
    for number, term in enumerate(terms):
        report("years played", number, len(terms))
        year = play_year(district, roster, term)
        if not term.is_over:
            parts.append(close_running_year(year, district.as_of))
            break
        summer, missing, vacant = end_year(district, term)
        parts.append(close_year(year, summer))
        if term is not terms[-1]:
            roster = next_roster(summer, missing, vacant, district, term)
    history = History.of(joined(parts))
    plant_last(history, district, np.concatenate([term.days for term in terms]))
    report("years played", len(terms), len(terms))
    return Played(district, calendars, terms, history)
