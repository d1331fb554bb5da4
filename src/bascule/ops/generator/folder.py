"""Writes every file of a generated district into its folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bascule.ops.generator import grades, invented
from bascule.ops.generator.attendance_files import (
    EVENTS_HEADER,
    MONTHS_HEADER,
    write_events,
    write_months,
)
from bascule.ops.generator.calendar import SchoolYear, school_year
from bascule.ops.generator.closing import History
from bascule.ops.generator.csv_files import CsvFile, student_ids
from bascule.ops.generator.enrollment_file import write_enrollment_events
from bascule.ops.generator.lookalikes import name_everybody
from bascule.ops.generator.manifest import write_manifest
from bascule.ops.generator.marks_file import HEADER as MARKS_HEADER
from bascule.ops.generator.marks_file import write_marks
from bascule.ops.generator.names import Names
from bascule.ops.generator.oneroster_file import write_oneroster
from bascule.ops.generator.place_files import write_calendar, write_schools
from bascule.ops.generator.programs_file import write_programs
from bascule.ops.generator.script import write_script
from bascule.ops.generator.spells import Spells
from bascule.ops.generator.state import District, Term

Progress = Callable[[str, int, int], None]
YEARS_OF_EVENTS = 2


@dataclass
class Played:
    """The finished simulation: who, what happened, and the calendars."""

    district: District
    calendars: list[SchoolYear]
    terms: list[Term]
    history: History


def write_folder(
    played: Played, out: Path, source: Path | None, report: Progress
) -> dict[str, int]:
    """Write every file into `out` and return the rows of each; `source` is the spine file."""
    district, history = played.district, played.history
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
         lambda path: write_manifest(path, district.plants, ids, district.schools)),
        ("planted/script.jsonl", lambda path: _write_script(path, played, ids)),
    ]  # fmt: skip
    (out / "planted").mkdir(exist_ok=True)
    rows: dict[str, int] = {}
    for number, (name, write) in enumerate(stages):
        report("files written", number, len(stages))
        rows[name] = write(out / name)
    report("files written", len(stages), len(stages))
    return rows


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


def _write_script(path: Path, played: Played, ids: np.ndarray) -> int:
    """Write what the staff did in the last 120 school days."""
    days = np.concatenate([term.days for term in played.terms])
    return write_script(path, played.history, ids, days, played.district)


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
