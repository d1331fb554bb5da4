"""One hash of all lines of each student in a CSV file, and the lines of some students alone.

What a history says of a student is the same as last night exactly when the lines are; to hash
lines takes a tenth of the time of reading, checking and pairing them (ADR 0060). The order of
lines does not matter: a student with lines that repeat each other is never left out. A line is
hashed twice, once shifted by a byte: DuckDB's hash alone is the same for lines that differ in the
last bytes of two of their blocks of eight, as a school and a day corrected together may. Lines are
cut by looking for line feeds and not by a CSV reader, which takes twice as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MEMORY = "512MB"
BLOCK_BYTES = 8 << 20
_CUT = """
insert into part
select split_part(line, $delimiter, $place), sum(hash($salt, line, '~' || line)),
       min(number), count(*), min(first), max(last), sum(last - first)
from cut
where line <> chr(10)
group by 1
"""
_DIGESTS = """
select rtrim(student_key, chr(10) || chr(13)) as student_key, sum(digest)::varchar as digest,
       min(line)::bigint as line, sum(lines)::bigint as lines,
       min(first)::bigint as first, max(last)::bigint as last, sum(bytes)::bigint as bytes
from part
group by 1
"""
_AMONG = """
select line, number
from cut
where split_part(line, $delimiter, $place) in (
  select student_key || line_end
  from wanted, (values (''), (chr(10)), (chr(13) || chr(10))) as ends (line_end)
)
order by number
"""


@dataclass(frozen=True)
class StudentLines:
    """The lines of some students as they stand, and the number that each has in its file."""

    body: bytes
    numbers: "NDArray[np.int64]"


def student_digests(path: Path, *, place: int, delimiter: str, salt: str) -> "pa.Table | None":
    """Return (student_key, digest) for every student of a CSV file with one header line.

    `place` is the student's column, from 1; another `salt` gives other digests. Where the lines
    stand is said too, as `lines_of_students` asks: the number of the first, how many, and their
    bytes. None where the file cannot be cut so: bytes that are not UTF-8, or quotes or spaces
    about a student's key.
    """
    import duckdb

    given = {"place": place, "delimiter": delimiter, "salt": salt}
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as engine:
        engine.execute(
            "create table part (student_key varchar, digest hugeint, line bigint, lines bigint,"
            " first bigint, last bigint, bytes bigint)"
        )
        try:
            for cut in _cuts(path):
                engine.register("cut", cut)
                engine.execute(_CUT, given)
        except UnicodeDecodeError:
            return None
        found = engine.sql(_DIGESTS).to_arrow_table()
        engine.register("found", found)
        odd = "select count(*) from found where student_key ~ '^[\"\\s]|[\"\\s]$'"
        [(count,)] = engine.execute(odd).fetchall()
    return None if count else found


def _cuts(path: Path) -> "Iterator[pa.Table]":
    """Yield the data lines of a file block by block; raises UnicodeDecodeError for other bytes."""
    number = 2
    with path.open("rb") as stream:
        at = len(stream.readline())
        while body := stream.read(BLOCK_BYTES):
            body += stream.readline()
            cut = _cut_lines(body if body.endswith(b"\n") else body + b"\n", number, at)
            yield cut
            number, at = number + cut.num_rows, at + len(body)


def _cut_lines(body: bytes, number: int, at: int) -> "pa.Table":
    """Return each line of a block with its number and its first and last byte in the file."""
    import numpy as np
    import pyarrow as pa

    ends = np.flatnonzero(np.frombuffer(body, np.uint8) == ord("\n")) + 1
    places = np.concatenate([np.zeros(1, np.int64), ends])
    if not body.isascii():
        body.decode()
    buffers = pa.py_buffer(places.astype(np.int32)), pa.py_buffer(body)
    return pa.table({
        "line": pa.StringArray.from_buffers(len(ends), *buffers),
        "number": np.arange(number, number + len(ends)),
        "first": places[:-1] + at,
        "last": places[1:] + at,
    })  # fmt: skip


def lines_of_students(
    path: Path, students: "pa.Table", *, place: int, delimiter: str
) -> StudentLines:
    """Return the data lines of `students`, rows of `student_digests`, in the order of the file.

    Each comes with its number in the file (the header is 1). Lines of a student that stand
    together, as they do in an export, are read where they stand.
    """
    import numpy as np

    places = students.sort_by("first").to_pylist()
    if any(each["last"] - each["first"] != each["bytes"] for each in places):
        return _lines_among_others(path, students, place=place, delimiter=delimiter)
    kept, numbers = [], [np.zeros(0, np.int64)]
    with path.open("rb") as stream:
        for each in places:
            stream.seek(each["first"])
            kept.append(stream.read(each["bytes"]))
            numbers.append(np.arange(each["line"], each["line"] + each["lines"]))
    return StudentLines(b"".join(kept), np.concatenate(numbers))


def _lines_among_others(
    path: Path, students: "pa.Table", *, place: int, delimiter: str
) -> StudentLines:
    import duckdb
    import numpy as np

    lines, numbers = [], [np.zeros(0, np.int64)]
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as engine:
        engine.register("wanted", students)
        for cut in _cuts(path):
            engine.register("cut", cut)
            found = engine.execute(_AMONG, {"place": place, "delimiter": delimiter}).fetchnumpy()
            lines += [line.encode() for line in found["line"]]
            numbers.append(found["number"])
    return StudentLines(b"".join(lines), np.concatenate(numbers))
