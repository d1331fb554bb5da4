"""Writes `programs.csv`: who belongs to which program, from when to when.

Shares come from the spine where it publishes them (low income, IEP, English learners); those of
homelessness, foster care, justice and section 504 are assumptions of plausible size, doubled or
more at Options schools (domain/mobility.md 1.1).
"""

from pathlib import Path

import numpy as np

from bascule.ops.generator.closing import History
from bascule.ops.generator.csv_files import CsvFile, dates, words
from bascule.ops.generator.spells import OPEN
from bascule.ops.generator.state import District

HEADER = ("student_id", "program", "starts_on", "ends_on")
ASSUMED = {
    "homeless": (0.05, 0.22),
    "foster": (0.007, 0.03),
    "justice": (0.001, 0.09),
    "section_504": (0.05, 0.04),
}
"""Share of students in other schools and in Options schools."""


def write_programs(path: Path, history: History, ids: np.ndarray, district: District) -> int:
    """Write program spells; open while the student is enrolled; return the number of rows."""
    spells, schools = history.spells, district.schools
    begins, ends = np.flatnonzero(history.first), np.flatnonzero(history.last)
    student, school = spells["student"][begins], spells["school"][ends]
    start, end = spells["start"][begins], spells["end"][ends]
    open_ended = spells["said_end"][ends] == OPEN
    published = {"low_income": schools.low_income, "iep": schools.iep, "el": schools.el}
    assumed = {
        name: np.where(schools.is_options, at_options, elsewhere)
        for name, (elsewhere, at_options) in ASSUMED.items()
    }
    with CsvFile(path, HEADER) as file:
        for name, share in {**published, **assumed}.items():
            member = np.flatnonzero(district.rng.random(len(student)) < share[school])
            late = name in ASSUMED or name == "iep"
            from_day = start[member]
            if late:
                from_day = _later(from_day, end[member], district.rng)
            file.write(
                [
                    ids[student[member]],
                    words((name,), np.zeros(len(member), dtype=np.int8)),
                    dates(from_day),
                    dates(end[member], ~open_ended[member]),
                ]
            )
        return file.rows


def _later(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a day between the first and the last day of each student."""
    return start + ((end - start) * rng.random(len(start)) ** 2).astype(np.int32)
