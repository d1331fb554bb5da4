"""One school year's stints of generated students, counted both ways."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import ibis
import pyarrow as pa

from bascule.metrics.year_moves import count_moves as count_moves_of_all
from bascule.roster.moves import count_moves

ENROLL_BY, EXIT_BY, START = date(2024, 9, 15), date(2025, 6, 1), date(2024, 8, 20)
Row = tuple[int, int, date | None, date | None]


def random_stints(students: int, seed: int) -> list[Row]:
    """Draw 1 to 5 stints a student: gaps of 0 to 20 days, some overlaps, some missing dates."""
    random, rows = Random(seed), list[Row]()
    for student in range(students):
        day = START + timedelta(days=random.choice((0, 0, 0, 27, 120)))
        for _ in range(random.randint(1, 5)):
            ends_on = day + timedelta(days=random.choice((0, 10, 40, 90, 280)))
            dates = [day, ends_on]
            if random.random() < 0.01:
                dates[random.randrange(2)] = None  # type: ignore[call-overload]
            rows.append((student, random.randint(1, 12), *dates))
            day = max(START, ends_on + timedelta(days=random.choice((-20, 0, 1, 1, 13, 14, 15))))
    random.shuffle(rows)
    return rows


def student_by_student(rows: Sequence[Row], gap_days: int) -> dict[int, int | None]:
    chains: dict[int, list[tuple[int, date | None, date | None]]] = {}
    for student, *stint in rows:
        chains.setdefault(student, []).append(tuple(stint))  # type: ignore[arg-type]
    return {
        student: count_moves(chain, ENROLL_BY, EXIT_BY, gap_days)
        for student, chain in chains.items()
    }


def all_at_once(rows: Sequence[Row], gap_days: int) -> dict[int, int | None]:
    student_id, school_id, starts_on, ends_on = zip(*rows, strict=True)
    table = pa.table({
        "student_id": pa.array(student_id, pa.int64()),
        "school_id": pa.array(school_id, pa.int64()),
        "starts_on": pa.array(starts_on, pa.date32()),
        "ends_on": pa.array(ends_on, pa.date32()),
    })  # fmt: skip
    connection = ibis.duckdb.connect(threads=1)
    connection.con.register("stints", table)
    expression = count_moves_of_all(connection.table("stints"), ENROLL_BY, EXIT_BY, gap_days)
    return dict(connection.con.execute(connection.compile(expression)).fetchall())
