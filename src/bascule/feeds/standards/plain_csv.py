"""CSV files of our own, declared rather than written: columns, rules, key and target.

A declaration is a `PlainCsv`; reading, checking, rejecting and batching follow from it. A rule
runs once for each distinct value of a block, so tens of millions of rows stream in seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch, FileRead, Mode, Reason, Rejected, Verdict, judge
from bascule.feeds.standards.cell_rules import Rule
from bascule.feeds.standards.csv_blocks import Block, blocks_of, header_of, row_count
from bascule.feeds.standards.csv_lines import Fault, Line
from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

MANY = 200
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
class PlainCsv:
    """One declared file format; `key_columns` are the target's columns that name a row."""

    key: str
    title: str
    target: str
    columns: tuple[CsvColumn, ...]
    key_columns: tuple[str, ...]
    span: tuple[str, str] | None = None  # the columns of first and last day, both inclusive

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the one target that the file feeds."""
        return (self.target,)

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return the columns of the target that the file owns."""
        return {self.target: frozenset(column.column for column in self.columns)}

    def recognizes(self, path: Path) -> bool:
        """Say whether the header holds every column that the format needs."""
        if path.suffix.lower() != ".csv" or not path.is_file():
            return False
        needed = {column.header for column in self.columns if not column.optional_header}
        return needed <= set(header_of(path))

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> "PlainCsvPackage":
        """Open the file; a name that ends in `-delta.csv` holds changes only."""
        mode: Mode = "delta" if path.name.endswith("-delta.csv") else "bulk"
        return PlainCsvPackage(path, strict, self, (options or {}).get("mode", mode) == "bulk")


@dataclass
class PlainCsvPackage:
    """One opened file of a declared format (see `reading.Package`)."""

    path: Path
    strict: bool
    standard: PlainCsv
    is_bulk: bool = True
    delimiter: str = ","
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def standard_key(self) -> str:
        """Return the key of the standard that opened the file."""
        return self.standard.key

    @cached_property
    def files(self) -> Mapping[str, FileRead]:
        """Return the one file with its data rows, counted without parsing."""
        mode: Mode = "bulk" if self.is_bulk else "delta"
        read = FileRead(self.path.name, mode, row_count(self.path), self.standard.targets)
        return {self.path.name: read}

    def check(self) -> Verdict:
        """Judge the header, and in strict mode every row."""
        reasons = list(self._header_reasons())
        if self.strict and judge(reasons).verdict == "accept":
            reasons.extend(self._row_reasons())
        return judge(reasons)

    def batches(self) -> Iterator[Batch | Rejected]:
        """Stream the rows of the target, and the rows that fail with their reasons."""
        for block in blocks_of(self.path, self.delimiter):
            yield from checked_block(self, block)

    def header_name(self, column: CsvColumn) -> str:
        """Return what this file calls the column."""
        return self.headers.get(column.header, column.header)

    def _header_reasons(self) -> Iterator[Reason]:
        name, found = self.path.name, header_of(self.path, self.delimiter)
        known = {self.header_name(column) for column in self.standard.columns}
        for column in self.standard.columns:
            header = self.header_name(column)
            if header not in found and not column.optional_header:
                yield _header_reason(name, header, "missing-column", "is missing")
        for header in found:
            if found.count(header) > 1:
                yield _header_reason(name, header, "repeated-column", "stands twice")
        for header in sorted(set(found) - known):
            reason = _header_reason(name, header, "unknown-column", "is not known and is ignored")
            yield reason._replace(severity="warning")
        if not self.files[name].read:
            message = "The file has a header and no rows. An empty file is never loaded."
            yield Reason(name, None, None, "no-data-rows", message)

    def _row_reasons(self) -> Iterator[Reason]:
        count = 0
        for item in self.batches():
            if isinstance(item, Rejected):
                count += len(item.reasons)
                yield from item.reasons if count <= MANY else ()
        if count > MANY:
            message = f"{count - MANY} more faults like these are not listed."
            yield Reason(self.path.name, None, None, "more-faults", message)


def _header_reason(file: str, header: str, code: str, what: str) -> Reason:
    return Reason(file, 1, header, code, f"The column “{header}” {what}.")


def checked_block(package: PlainCsvPackage, block: Block) -> Iterator[Batch | Rejected]:
    """Check one block: the rows that fail first, then the batch of the rows that pass."""
    import pyarrow.compute as pc

    yield from (_unreadable(package, line) for line in block.faulty)
    if not block.columns.num_rows:
        return
    values: dict[str, pa.Array] = {}
    faults: dict[int, list[tuple[CsvColumn, Fault]]] = {}
    for column in package.standard.columns:
        values[column.column] = _checked_column(package, block, column, faults)
    _note_reversed_spans(package.standard, values, faults)
    yield from (_rejected(package, block, row, found) for row, found in sorted(faults.items()))
    if len(faults) < block.columns.num_rows:
        batch = _batch(package.standard, values, block.lines)
        keep = None if not faults else pc.invert(pc.is_in(_positions(batch), _rows(faults)))
        rows = batch if keep is None else batch.filter(keep)
        yield Batch(package.standard.target, package.path.name, rows)


def _positions(batch: "pa.RecordBatch") -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    return pa.array(np.arange(batch.num_rows, dtype=np.int64))


def _rows(faults: Mapping[int, object]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(sorted(faults), pa.int64())


def _checked_column(
    package: PlainCsvPackage,
    block: Block,
    column: CsvColumn,
    faults: dict[int, list[tuple[CsvColumn, Fault]]],
) -> "pa.Array":
    """Apply a column's rule to its distinct values; note the rows whose value fails."""
    import pyarrow as pa

    header = package.header_name(column)
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
    standard: PlainCsv,
    values: Mapping[str, "pa.Array"],
    faults: dict[int, list[tuple[CsvColumn, Fault]]],
) -> None:
    """Note the rows whose last day lies before their first; an open end is none."""
    import numpy as np
    import pyarrow.compute as pc

    if standard.span is None:
        return
    first, last = (values[name] for name in standard.span)
    column = next(each for each in standard.columns if each.column == standard.span[1])
    reversed_ = pc.fill_null(pc.less(last, first), False).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(reversed_):
        text = f"The last day {last[row].as_py()} lies before the first, {first[row].as_py()}."
        faults.setdefault(int(row), []).append((column, Fault("end-before-start", text)))


def _batch(
    standard: PlainCsv, values: Mapping[str, "pa.Array"], lines: "pa.Array"
) -> "pa.RecordBatch":
    import pyarrow as pa

    count = len(lines)
    columns: dict[str, pa.Array] = {
        "line": lines,
        "key": joined_key([values[name] for name in standard.key_columns]),
        "ends": pa.repeat(pa.scalar(False), count),
    }
    for name in TARGETS[standard.target].names:
        columns[name] = values.get(name, pa.nulls(count, pa.string()))
    return pa.RecordBatch.from_pydict(columns)


def joined_key(parts: list["pa.Array"]) -> "pa.Array":
    """Join columns into one key with `|` between them; a null counts as empty."""
    import pyarrow.compute as pc

    filled = [pc.fill_null(part, "") for part in parts]
    return pc.binary_join_element_wise(*filled, "|") if len(filled) > 1 else filled[0]


def _unreadable(package: PlainCsvPackage, line: Line) -> Rejected:
    code, message = line.fault or Fault("unreadable", "This line cannot be read.")
    reason = Reason(package.path.name, line.number, None, code, message)
    target, file = package.standard.target, package.path.name
    return Rejected(target, file, line.number, None, tuple(line.cells), (reason,))


def _rejected(
    package: PlainCsvPackage, block: Block, row: int, found: list[tuple[CsvColumn, Fault]]
) -> Rejected:
    line, file = block.lines[row].as_py(), package.path.name
    cells = {name: block.columns.column(name)[row].as_py() for name in block.columns.column_names}
    reasons = tuple(
        Reason(file, line, package.header_name(column), fault.code, fault.message)
        for column, fault in found
    )
    names = {column.column: package.header_name(column) for column in package.standard.columns}
    parts = [cells.get(names[name], "") for name in package.standard.key_columns]
    key = "|".join(parts) if all(parts) else None
    return Rejected(package.standard.target, file, line, key, tuple(cells.values()), reasons)
