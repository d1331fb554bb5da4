"""CSV files of our own, declared rather than written: columns, rules, key and target.

A declaration is a `PlainCsv`; reading, checking, rejecting and batching follow from it. A rule
runs once for each distinct value of a block, so tens of millions of rows stream in seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bascule.feeds.reading import Batch, FileRead, Mode, Reason, Rejected, Verdict, judge
from bascule.feeds.standards.csv_blocks import (
    Block,
    blocks_of,
    blocks_of_lines,
    header_of,
    row_count,
)
from bascule.feeds.standards.csv_checking import BlockChecker, CsvColumn, checked_block
from bascule.feeds.standards.line_digests import StudentLines

MANY = 200


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
    part: StudentLines | None = None  # of a file most of which is as it was, the rest

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
        standard = self.standard
        checker = BlockChecker(
            self.path.name,
            standard.target,
            {self.header_name(column): column for column in standard.columns},
            standard.key_columns,
            standard.span,
        )
        for block in self._blocks():
            yield from checked_block(checker, block)

    def _blocks(self) -> Iterator[Block]:
        if self.part is None:
            return blocks_of(self.path, self.delimiter)
        return blocks_of_lines(self.part, header_of(self.path, self.delimiter), self.delimiter)

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
