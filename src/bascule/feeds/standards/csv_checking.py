"""One block of a declared CSV file checked column by column, and its rows split in two.

A rule runs once for each distinct value of a block; the rows whose values fail are kept back
with every reason, the others become an Arrow batch of the target.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch, Reason, Rejected
from bascule.feeds.standards.cell_rules import Rule
from bascule.feeds.standards.csv_blocks import Block
from bascule.feeds.standards.csv_lines import Fault, Line, readable
from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = "missing-value"


@dataclass(frozen=True)
class CsvColumn:
    """One column of a file: its header, the target's column and the rule of its cells."""

    header: str
    column: str
    rule: Rule
    required: bool = True
    optional_header: bool = False


@dataclass(frozen=True)
class BlockChecker:
    """How the blocks of one file are checked: its columns by their names in the file, the
    target, the columns of its key, and those of its span where it has one."""

    file: str
    target: str
    columns: Mapping[str, CsvColumn]
    key_columns: tuple[str, ...]
    span: tuple[str, str] | None = None


def checked_block(checker: BlockChecker, block: Block) -> Iterator[Batch | Rejected]:
    """Check one block: the rows that fail first, then the batch of the rows that pass."""
    import pyarrow.compute as pc

    yield from (_unreadable(checker, line) for line in block.faulty)
    if not block.columns.num_rows:
        return
    values: dict[str, pa.Array] = {}
    faults: dict[int, list[tuple[CsvColumn, Fault]]] = {}
    for header, column in checker.columns.items():
        values[column.column] = _checked_column(block, header, column, faults)
    _note_reversed_spans(checker, values, faults)
    yield from (_rejected(checker, block, row, found) for row, found in sorted(faults.items()))
    if len(faults) < block.columns.num_rows:
        batch = _batch(checker, values, block.lines)
        keep = None if not faults else pc.invert(pc.is_in(_positions(batch), _rows(faults)))
        rows = batch if keep is None else batch.filter(keep)
        yield Batch(checker.target, checker.file, rows)


def _positions(batch: "pa.RecordBatch") -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    return pa.array(np.arange(batch.num_rows, dtype=np.int64))


def _rows(faults: Mapping[int, object]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(sorted(faults), pa.int64())


def _checked_column(
    block: Block,
    header: str,
    column: CsvColumn,
    faults: dict[int, list[tuple[CsvColumn, Fault]]],
) -> "pa.Array":
    """Apply a column's rule to its distinct values; note the rows whose value fails."""
    import pyarrow as pa

    if header not in block.columns.column_names:
        return pa.nulls(block.columns.num_rows, pa.string())
    encoded = _one_chunk(block.columns.column(header)).dictionary_encode()
    results = [_result(column, value) for value in encoded.dictionary.to_pylist()]
    _note_faults(encoded.indices, results, column, faults)
    loaded = [None if isinstance(value, Fault) else value for value in results]
    return pa.array(loaded, pa.string()).take(encoded.indices)


def _one_chunk(column: "pa.ChunkedArray") -> "pa.Array":
    combined = column.combine_chunks()
    return combined.chunk(0) if hasattr(combined, "chunk") else combined


def _result(column: CsvColumn, value: str) -> str | Fault | None:
    if value.strip():
        return column.rule(value)
    if not column.required:
        return None
    return Fault(MISSING, f"“{column.header}” is empty and every row needs it.")


def _note_faults(
    indices: "pa.Array",
    results: list[str | Fault | None],
    column: CsvColumn,
    faults: dict[int, list[tuple[CsvColumn, Fault]]],
) -> None:
    import numpy as np

    bad = [place for place, value in enumerate(results) if isinstance(value, Fault)]
    if not bad:
        return
    places = indices.to_numpy()
    for row in np.flatnonzero(np.isin(places, bad)):
        fault = results[places[row]]
        assert isinstance(fault, Fault)  # noqa: S101  (narrows the type; `bad` holds only faults)
        faults.setdefault(int(row), []).append((column, fault))


def _note_reversed_spans(
    checker: BlockChecker,
    values: Mapping[str, "pa.Array"],
    faults: dict[int, list[tuple[CsvColumn, Fault]]],
) -> None:
    """Note the rows whose last day lies before their first; an open end is none."""
    import numpy as np
    import pyarrow.compute as pc

    if checker.span is None:
        return
    first, last = (values[name] for name in checker.span)
    column = next(each for each in checker.columns.values() if each.column == checker.span[1])
    reversed_ = pc.fill_null(pc.less(last, first), False).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(reversed_):
        text = f"The last day {last[row].as_py()} lies before the first, {first[row].as_py()}."
        faults.setdefault(int(row), []).append((column, Fault("end-before-start", text)))


def _batch(
    checker: BlockChecker, values: Mapping[str, "pa.Array"], lines: "pa.Array"
) -> "pa.RecordBatch":
    import pyarrow as pa

    count = len(lines)
    columns: dict[str, pa.Array] = {
        "line": lines,
        "key": joined_key([values[name] for name in checker.key_columns]),
        "ends": pa.repeat(pa.scalar(False), count),
    }
    for name in TARGETS[checker.target].names:
        columns[name] = values.get(name, pa.nulls(count, pa.string()))
    return pa.RecordBatch.from_pydict(columns)


def joined_key(parts: list["pa.Array"]) -> "pa.Array":
    """Join columns into one key with `|` between them; a null counts as empty."""
    import pyarrow.compute as pc

    filled = [pc.fill_null(part, "") for part in parts]
    return pc.binary_join_element_wise(*filled, "|") if len(filled) > 1 else filled[0]


def _unreadable(checker: BlockChecker, line: Line) -> Rejected:
    code, message = line.fault or Fault("unreadable", "This line cannot be read.")
    reason = Reason(checker.file, line.number, None, code, message)
    cells = tuple(map(readable, line.cells))
    return Rejected(checker.target, checker.file, line.number, None, cells, (reason,))


def _rejected(
    checker: BlockChecker, block: Block, row: int, found: list[tuple[CsvColumn, Fault]]
) -> Rejected:
    line = block.lines[row].as_py()
    names = {column.column: header for header, column in checker.columns.items()}
    cells = {name: block.columns.column(name)[row].as_py() for name in block.columns.column_names}
    reasons = tuple(
        Reason(checker.file, line, names[column.column], fault.code, fault.message)
        for column, fault in found
    )
    parts = [cells.get(names[name], "") for name in checker.key_columns]
    key = "|".join(parts) if all(parts) else None
    return Rejected(checker.target, checker.file, line, key, tuple(cells.values()), reasons)
