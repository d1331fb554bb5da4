"""Writes `marks.csv`: a mark and credits per semester course, at the school of the last day.

High school marks reach back to the first generated year, since credits add up to a diploma
(domain/mobility.md 3.1); grades 6 to 8 have marks in the last two years.
"""

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.courses import courses_of
from bascule.ops.generator.csv_files import CsvFile, words
from bascule.ops.generator.spells import Spells
from bascule.ops.generator.state import District, Term

HEADER = (
    "student_id", "school_id", "school_year", "term", "course", "mark",
    "credits_attempted", "credits_earned",
)  # fmt: skip
MARKS = ("F", "D", "C", "B", "A")
EDGES = np.array([0.20, 0.34, 0.55, 0.78])
OPTIONS_PENALTY, TRUANT_PENALTY = 0.12, 0.10
SPREAD = 0.18


def write_marks(
    file: CsvFile, spells: Spells, term: Term, ids: np.ndarray, district: District, lowest: int
) -> None:
    """Write the marks of the semesters that ended by the as-of day, from grade `lowest` on."""
    for name, ended_on in (("S1", term.semester_end), ("S2", term.last)):
        if ended_on > term.as_of:
            continue
        here = (spells["start"] <= ended_on) & (spells["end"] >= ended_on)
        for grade in range(lowest, grades.COUNT):
            taken = spells.rows(here & (spells["grade"] == grade))
            _write_grade(file, taken, grade, name, ids, district)


def _write_grade(
    file: CsvFile, taken: Spells, grade: int, semester: str, ids: np.ndarray, district: District
) -> None:
    """Write one row per student and course of a grade."""
    courses = courses_of(grade)
    count = len(taken) * len(courses)
    row = np.repeat(np.arange(len(taken)), len(courses))
    mark = _draw_marks(taken, row, district)
    credit = 0.5 if grade >= grades.GRADE_9 else 0.0
    file.write(
        [
            ids[taken["student"][row]],
            words(district.schools.ids, taken["school"][row]),
            taken["year"][row],
            words((semester,), np.zeros(count, dtype=np.int8)),
            words([course.id for course in courses], np.tile(np.arange(len(courses)), len(taken))),
            words(MARKS, mark),
            words((f"{credit:.1f}",), np.zeros(count, dtype=np.int8)),
            words(("0.0", f"{credit:.1f}"), (mark > 0).astype(np.int8)),
        ]
    )


def _draw_marks(taken: Spells, row: np.ndarray, district: District) -> np.ndarray:
    """Draw marks 0 (F) to 4 (A) around each student's ability; truants and Options lower."""
    people, student = district.people, taken["student"]
    level = 0.15 + 0.75 * people["ability"][student]
    level -= TRUANT_PENALTY * (people["truancy"][student] < 0.4)
    level -= OPTIONS_PENALTY * district.schools.is_options[taken["school"]]
    noise = SPREAD * district.rng.standard_normal(len(row), dtype=np.float32)
    return np.searchsorted(EDGES, level[row] + noise)
