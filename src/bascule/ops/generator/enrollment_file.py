"""Writes `enrollment_events.csv`: an E and a W row per claim (docs/look-up/feeds.md)."""

from pathlib import Path

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.csv_files import CsvFile, dates, two_digits, words
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.schools import Schools
from bascule.ops.generator.spells import BLANK, MISSING, OPEN, Spells
from bascule.ops.generator.state import District

HEADER = ("student_id", "school_id", "event", "date", "code", "reason", "grade")
CHUNK = 500_000

REASONS = {
    4: "Family chose a private school",
    20: "Left to work",
    21: "Waiting for a placement",
    23: "Juvenile detention",
    30: "Correction by the office",
    33: "Family moved out of the district",
    34: "Family moved abroad",
    40: "Parent reported home school",
    86: "Family could not be reached",
    99: "Absent on the first day",
}
_REASON_WORDS = [REASONS.get(number, "") for number in range(100)]


def write_enrollment_events(path: Path, spells: Spells, ids: np.ndarray, district: District) -> int:
    """Write the claims of `spells` ordered by student id; return the number of rows."""
    order = np.argsort(ids[spells["student"]], kind="stable")
    with CsvFile(path, HEADER) as file:
        for begin in range(0, len(order), CHUNK):
            _write_chunk(file, spells.rows(order[begin : begin + CHUNK]), ids, district.schools)
        rows = file.rows
    return rows + _append_impossible_rows(path, spells, ids, district)


def _write_chunk(file: CsvFile, spells: Spells, ids: np.ndarray, schools: Schools) -> None:
    """Write the E and the W row of each claim beside each other, without those never sent."""
    said = np.column_stack([spells["said_start"], spells["said_end"]]).ravel()
    code = np.column_stack([spells["entry"], spells["exit"]]).ravel()
    sent = (said != MISSING) & (said != OPEN)
    said, code = said[sent], code[sent]
    is_exit = np.tile([0, 1], len(spells))[sent]
    row = np.repeat(np.arange(len(spells)), 2)[sent]
    file.write(
        [
            ids[spells["student"][row]],
            words(schools.ids, spells["school"][row]),
            words(("E", "W"), is_exit),
            dates(np.where(said == BLANK, 0, said), said != BLANK),
            words(two_digits(), code),
            words(_REASON_WORDS, np.where(is_exit, code, 0)),
            words(grades.LABELS, spells["grade"][row]),
        ]
    )


def _append_impossible_rows(path: Path, spells: Spells, ids: np.ndarray, district: District) -> int:
    """Append rows that nobody can believe: a school that does not exist, a 30th of February.

    Each belongs to a student without other trouble, whose own rows are complete.
    """
    people, rng = district.people, district.rng
    calm = np.flatnonzero(
        ~people["troubled"][spells["student"]] & (spells["year"] < spells["year"].max())
    )
    wanted = 2 * max(1, round(district.shares.impossible * len(spells)))
    rows = rng.permutation(calm)[:wanted]
    lines = []
    for place, row in enumerate(rows):
        student = ids[spells["student"][row]]
        school, grade = district.schools.ids[spells["school"][row]], spells["grade"][row]
        if place % 2:
            day, school = _iso(int(spells["start"][row]) + 30), "999999"
            lines.append(f"{student},{school},E,{day},04,,{grades.LABELS[grade]}\n")
        else:
            day = f"{spells['year'][row]}-02-30"
            lines.append(f"{student},{school},W,{day},02,,{grades.LABELS[grade]}\n")
    with path.open("a", encoding="utf-8") as handle:
        handle.writelines(lines)
    for places, detail in ((rows[1::2], "unknown school 999999"), (rows[::2], "30 February")):
        district.plants.note(
            Kind.IMPOSSIBLE, spells["student"][places], spells["school"][places],
            spells["start"][places], fires=True, detail=detail,
        )  # fmt: skip
    return len(lines)


def _iso(day: int) -> str:
    """Return a day number as `YYYY-MM-DD`."""
    return str(np.datetime64(day, "D"))
