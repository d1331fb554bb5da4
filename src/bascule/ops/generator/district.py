"""Generates a district from its first year to the as-of day and writes all its files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from bascule.ops.generator import grades, invented, manifest
from bascule.ops.generator.attendance_files import (
    EVENTS_HEADER,
    MONTHS_HEADER,
    write_events,
    write_months,
)
from bascule.ops.generator.calendar import SchoolYear, school_year, school_year_of
from bascule.ops.generator.closing import History, close_running_year, close_year, plant_last
from bascule.ops.generator.csv_files import CsvFile, student_ids
from bascule.ops.generator.enrollment_file import write_enrollment_events
from bascule.ops.generator.lookalikes import name_everybody
from bascule.ops.generator.marks_file import HEADER as MARKS_HEADER
from bascule.ops.generator.marks_file import write_marks
from bascule.ops.generator.midyear import play_year
from bascule.ops.generator.names import Names
from bascule.ops.generator.oneroster_file import write_oneroster
from bascule.ops.generator.place_files import write_calendar, write_schools
from bascule.ops.generator.plants import shares_for
from bascule.ops.generator.population import day_number
from bascule.ops.generator.programs_file import write_programs
from bascule.ops.generator.schools import read_spine, schools_of
from bascule.ops.generator.seats import grade_seats, school_seats
from bascule.ops.generator.spells import Spells, joined
from bascule.ops.generator.state import District, Term, term_of
from bascule.ops.generator.summer import end_year, first_roster, next_roster

Progress = Callable[[str, int, int], None]
YEARS_OF_EVENTS = 2
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


@dataclass
class Played:
    """The finished simulation: who, what happened, and the calendars."""

    district: District
    calendars: list[SchoolYear]
    terms: list[Term]
    history: History


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
    _write(played, summary, schools, report)
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


def _write(played: Played, summary: Summary, source: Path | None, report: Progress) -> None:
    """Write every file of the folder and fill in the summary."""
    district, history, out = played.district, played.history, summary.out
    ids = student_ids(len(district.people))
    names, firsts = name_everybody(district)
    stages: list[tuple[str, Callable[[Path], int]]] = [
        ("schools.csv", lambda path: write_schools(path, district.schools, source)),
        ("calendar.csv", lambda path: write_calendar(path, _with_next(played.calendars))),
        ("enrollment_events.csv",
         lambda path: write_enrollment_events(path, history.spells, ids, district)),
        ("attendance_events.csv", lambda path: _write_events(path, played, ids)),
        ("attendance_months.csv", lambda path: _write_months(path, played, ids)),
        ("marks.csv", lambda path: _write_marks(path, played, ids)),
        ("programs.csv", lambda path: write_programs(path, history, ids, district)),
        ("oneroster.zip", lambda path: _write_oneroster(path, played, ids, names, firsts, source)),
        ("planted/manifest.csv",
         lambda path: manifest.write_manifest(path, district.plants, ids, district.schools)),
    ]  # fmt: skip
    (out / "planted").mkdir(exist_ok=True)
    for number, (name, write) in enumerate(stages):
        report("files written", number, len(stages))
        summary.rows[name] = write(out / name)
    report("files written", len(stages), len(stages))
    summary.students_ever = len(district.people)
    summary.students_enrolled = len(district.people.enrolled())
    summary.planted = manifest.counted(district.plants)


def _with_next(calendars: list[SchoolYear]) -> list[SchoolYear]:
    """Add the year after the running one: clocks need days to come."""
    return [*calendars, school_year(calendars[-1].year + 1)]


def _spells_of_year(played: Played, year: int) -> Spells:
    """Return the spells of one school year."""
    return played.history.spells.rows(played.history.spells["year"] == year)


def _write_events(path: Path, played: Played, ids: np.ndarray) -> int:
    """Write the events of the running and the previous year."""
    with CsvFile(path, EVENTS_HEADER) as file:
        for term in played.terms[-YEARS_OF_EVENTS:]:
            write_events(file, _spells_of_year(played, term.year), term, ids, played.district)
        return file.rows


def _write_months(path: Path, played: Played, ids: np.ndarray) -> int:
    """Write the monthly totals of the years before."""
    with CsvFile(path, MONTHS_HEADER) as file:
        for term in played.terms[:-YEARS_OF_EVENTS]:
            write_months(file, _spells_of_year(played, term.year), term, ids, played.district)
        return file.rows


def _write_marks(path: Path, played: Played, ids: np.ndarray) -> int:
    """Write high school marks of all years and marks of grades 6 to 8 of the last two."""
    with CsvFile(path, MARKS_HEADER) as file:
        for number, term in enumerate(played.terms):
            recent = number >= len(played.terms) - YEARS_OF_EVENTS
            lowest = grades.GRADE_6 if recent else grades.GRADE_9
            spells = _spells_of_year(played, term.year)
            write_marks(file, spells, term, ids, played.district, lowest)
        return file.rows


def _write_oneroster(
    path: Path,
    played: Played,
    ids: np.ndarray,
    names: Names,
    firsts: list[str],
    source: Path | None,
) -> int:
    """Write the OneRoster package of the running year; return its data rows."""
    title = "Chicago Public Schools (generated students)" if source else invented.NAME
    return write_oneroster(
        path, played.history, played.calendars[-1], played.district, ids, names, firsts, title
    )
