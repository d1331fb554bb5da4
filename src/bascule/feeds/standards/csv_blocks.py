"""CSV files of millions of rows, read block by block into Arrow columns with exact lines.

A block whose lines are sound goes through Arrow's own reader; any other block goes line by line
through `csv_lines`, which is the one truth of what is a fault.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bascule.feeds.standards.csv_lines import (
    BOM,
    BREAK_IN_FIELD,
    OPEN_QUOTE,
    Fault,
    Line,
    lines_of,
)
from bascule.feeds.standards.line_digests import StudentLines

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 8 << 20
WIDTH = "wrong-number-of-cells"
BLANK = Fault("blank-line", "This line is blank. Remove it.")


_FIELD = rb'(?:"(?:[^"]|"")*"|[^",]*)'
_RECORD = re.compile(rb"%b(?:,%b)*\r?" % (_FIELD, _FIELD))


class BlockStream(Protocol):
    """A buffered stream of bytes, as an open file or a member of a zip."""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes."""
        ...

    def readline(self) -> bytes:
        """Read to the end of the line."""
        ...

    def peek(self, size: int, /) -> bytes:
        """Return some of the next bytes without moving; empty at the end."""
        ...


class Block(NamedTuple):
    """Consecutive lines as text columns; `lines` gives each row's line, `faulty` the rest."""

    columns: "pa.Table"
    lines: "pa.Int64Array"
    faulty: list[Line]


def header_of(path: Path, delimiter: str = ",") -> list[str]:
    """Return the header's cells without a byte order mark; [] for an empty or unreadable file."""
    with path.open("rb") as stream:
        first = next(lines_of(io.BytesIO(stream.readline(1 << 16)), delimiter), None)
    return first.cells if first is not None and first.fault is None else []


def row_count(path: Path) -> int:
    """Count the data lines of a file without parsing them; blank last lines do not count."""
    count, tail = 0, b""
    with path.open("rb") as stream:
        while chunk := stream.read(BLOCK_BYTES):
            count += chunk.count(b"\n")
            tail = (tail + chunk)[-4096:]
    stripped = tail.rstrip(b"\r\n")
    blank = tail[len(stripped) :].count(b"\n")
    return max(0, count - blank) if stripped else 0


def blocks_of(path: Path, delimiter: str = ",") -> Iterator[Block]:
    """Yield the data rows of a CSV file, whose first line is the header, block by block."""
    names = header_of(path, delimiter)
    with path.open("rb") as stream:
        stream.readline()
        yield from blocks_in(stream, names, delimiter)


def blocks_of_lines(part: StudentLines, names: list[str], delimiter: str = ",") -> Iterator[Block]:
    """Yield some lines of a file as its blocks, each row with the line it has in the file."""
    import numpy as np
    import pyarrow as pa

    stream = io.BufferedReader(io.BytesIO(part.body))
    for block in blocks_in(stream, names, delimiter, blank_end=False):
        lines = part.numbers[block.lines.to_numpy() - 2]
        faulty = [each._replace(number=int(part.numbers[each.number - 2])) for each in block.faulty]
        yield Block(block.columns, pa.array(lines.astype(np.int64)), faulty)


def blocks_in(
    stream: BlockStream, names: list[str], delimiter: str = ",", *, blank_end: bool = True
) -> Iterator[Block]:
    """Yield the rows of a stream that stands behind its header, block by block.

    `blank_end` says that blank lines at the end of the file do not count.
    """
    first = 2
    while body := stream.read(BLOCK_BYTES):
        body += stream.readline()
        count, last = body.count(b"\n"), not stream.peek(1)
        if last and blank_end:
            body = body.rstrip(b"\r\n") + b"\n"
        block = _fast_block(body, names, first, delimiter)
        yield block or _slow_block(body, names, first, delimiter, last=last)
        first += count


def _is_plain(body: bytes, delimiter: str) -> bool:
    """Say whether Arrow and `csv_lines` must agree on this block.

    Every line break is LF or CRLF, none is blank, and quotes stand as RFC 4180 has them.
    """
    breaks = body.count(b"\r")
    if breaks and breaks != body.count(b"\r\n"):
        return False
    if b"\0" in body or b"\n\n" in body or b"\n\r\n" in body or body[:1] in (b"\n", b"\r"):
        return False
    if b'"' not in body:
        return True
    return delimiter == "," and all(
        _RECORD.fullmatch(line) for line in body.split(b"\n") if b'"' in line
    )


def _fast_block(body: bytes, names: list[str], first: int, delimiter: str) -> Block | None:
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    if len(body) < 2 or len(set(names)) != len(names) or not _is_plain(body, delimiter):
        return None
    try:
        table = csv.read_csv(
            pa.BufferReader(body),
            csv.ReadOptions(column_names=names, block_size=len(body) + 1),
            csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if b'"' in body else False,
                ignore_empty_lines=False,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
    return Block(table.combine_chunks(), lines, [])


def _slow_block(body: bytes, names: list[str], first: int, delimiter: str, *, last: bool) -> Block:
    import pyarrow as pa

    good: list[Line] = []
    faulty: list[Line] = []
    for line in lines_of(io.BytesIO(body), delimiter):
        fault = BREAK_IN_FIELD if line.fault is OPEN_QUOTE and not last else line.fault
        numbered = Line(line.number + first - 1, line.cells, fault)
        numbered = _checked_width(numbered, len(names))
        (good if numbered.fault is None else faulty).append(numbered)
    cells = [[line.cells[place] for line in good] for place in range(len(names))]
    columns = pa.table([pa.array(values, pa.string()) for values in cells], names=names)
    return Block(columns, pa.array([line.number for line in good], pa.int64()), faulty)


def _checked_width(line: Line, width: int) -> Line:
    if line.fault is not None or len(line.cells) == width:
        return line
    if line.cells in ([""], [BOM]):
        return line._replace(fault=BLANK)
    message = f"This line has {len(line.cells)} cells and the header has {width}."
    return line._replace(fault=Fault(WIDTH, message))
