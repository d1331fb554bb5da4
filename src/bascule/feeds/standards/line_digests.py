"""One hash of all lines of each student in a CSV file, and the lines of some students alone.

What a history says of a student is the same as last night exactly when the lines are; to hash
lines takes a tenth of the time of reading, checking and pairing them (ADR 0060). The order of
lines does not matter: a student with lines that repeat each other is never left out. A line is
hashed twice, once shifted by a byte: DuckDB's hash alone is the same for lines that differ in the
last bytes of two of their blocks of eight, as a school and a day corrected together may.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MEMORY = "512MB"
_DIGESTS = r"""
with lines as (
  select rtrim(line, chr(13)) as line
  from read_csv($path, columns = {'line': 'varchar'}, header = false, skip = 1,
                auto_detect = false, delim = chr(31), quote = '', escape = '', comment = '',
                strict_mode = true, max_line_size = 1048576)
  where line is not null
)
select split_part(line, $delimiter, $place) as student_key,
       sum(hash($salt, line, '~' || line))::varchar as digest
from lines
group by 1
"""


@dataclass(frozen=True)
class StudentLines:
    """The lines of some students as they stand, and the number that each has in its file."""

    body: bytes
    numbers: "NDArray[np.int64]"


def student_digests(
    path: Path, *, place: int, delimiter: str, salt: str, threads: int = 2
) -> "pa.Table | None":
    """Return (student_key, digest) for every student of a CSV file with one header line.

    `place` is the student's column, from 1; another `salt` gives other digests. None where the
    file cannot be cut so: bytes that are not UTF-8, or quotes or spaces about a student's key.
    """
    import duckdb

    given = {"path": str(path), "place": place, "delimiter": delimiter, "salt": salt}
    with duckdb.connect(config={"threads": threads, "memory_limit": MEMORY}) as engine:
        try:
            found = engine.sql(_DIGESTS, params=given).to_arrow_table()
        except duckdb.Error:
            return None
        engine.register("found", found)
        odd = "select count(*) from found where student_key ~ '^[\"\\s]|[\"\\s]$'"
        [(count,)] = engine.execute(odd).fetchall()
    return None if count else found


def lines_of_students(
    path: Path, *, place: int, delimiter: str, students: Collection[str]
) -> StudentLines:
    """Return the data lines of `students`, each with its number in the file (the header is 1)."""
    import numpy as np

    wanted, mark = {key.encode() for key in students}, delimiter.encode()
    kept, numbers = [], []
    with path.open("rb") as stream:
        stream.readline()
        for number, line in enumerate(stream, start=2):
            cells = line.rstrip(b"\r\n").split(mark, place)
            if (cells[place - 1] if len(cells) >= place else b"") in wanted:
                kept.append(line)
                numbers.append(number)
    return StudentLines(b"".join(kept), np.array(numbers, np.int64))
