"""One data file of a package judged line by line, and what comes of its faults.

Strict turns every deviation into an error. Tolerant reads past what cannot mislead (`WARNED`),
notes the columns whose values it mends, and keeps the other faulty rows back.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import numpy as np

from bascule.feeds.reading import Reason, Severity
from bascule.feeds.standards.csv_blocks import BLANK, WIDTH, Block, BlockStream, blocks_in
from bascule.feeds.standards.csv_lines import Fault, Line, lines_of
from bascule.feeds.standards.oneroster.block_spool import read_ahead
from bascule.feeds.standards.oneroster.columns import DATA_FILES, DataFile
from bascule.feeds.standards.oneroster.headers import Layout, layout_of
from bascule.feeds.standards.oneroster.record_rules import record_faults
from bascule.feeds.standards.oneroster.references import Records
from bascule.feeds.standards.oneroster.rows import CellFault, RowRules
from bascule.feeds.standards.oneroster.screening import noted_columns, suspects

Passing = Callable[[Iterable[Block]], Iterator[Block]]
LISTED = 100
MAX_FAULTY = 100_000
ALWAYS_WARNED = {"same-day-span", "school-year-mismatch"}
"""Doubts that the binding does not forbid: reported in both modes, never a reason to reject."""
WARNED = ALWAYS_WARNED | {
    "forbidden-in-bulk",
    "required-in-delta",
    "unpaired-subjects",
    "missing-target-file",
    "not-a-school",
    "not-a-school-year",
    "two-primary-roles",
    "primary-org-without-role",
    "blank-line",
}
"""Faults that tolerant mode reads past: the row is loaded and the deviation is reported."""


@dataclass
class FileFindings:
    """What was found in one data file: rows read, rows kept back by line, columns to mend."""

    layout: Layout
    read: int = 0
    kept_back: dict[int, list[Reason]] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)


@dataclass
class FileChecker:
    """Judges the files of one package in load order; `reasons` and `findings` grow with each."""

    strict: bool
    records: Records
    reasons: list[Reason] = field(default_factory=list)
    findings: dict[str, FileFindings] = field(default_factory=dict)
    _listed: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)

    def check_file(self, file: DataFile, stream: BinaryIO, passing: Passing = iter) -> None:
        """Judge one file: header, then rows, then what only the whole file shows.

        Its blocks go through `passing`, which may keep them for the next reading.
        """
        header = next(lines_of(io.BytesIO(stream.readline())), None)
        if header is None or header.fault is not None:
            code, text = (header and header.fault) or Fault("missing-header", "The file is empty.")
            self.add(file, 1, code, text)
            self.records.unsure.add(file.name)
            return
        layout = layout_of(file, header.cells, strict=self.strict)
        blocks = passing(read_ahead(blocks_of_file(stream, layout.width)))
        found = self.findings[file.name] = FileFindings(layout)
        if layout.is_usable:
            self.reasons.extend(layout.reasons)
            self._check_rows(file, blocks, found)
        else:
            self.records.unsure.add(file.name)
            self._check_syntax(file, blocks, found)
            self.reasons.extend(layout.reasons)
        if found.read == 0:
            text = "The file has a header and no rows. Leave it out, or declare it absent."
            self.add(file, None, "no-data-rows", text)

    def add(self, file: DataFile, line: int | None, code: str, text: str) -> None:
        """Add a fault of a whole file, an error in both modes."""
        self.reasons.append(Reason(file.file_name, line, None, code, text))

    def check_primary_orgs(self) -> None:
        """Judge the users' primary orgs, once roles.csv has been read."""
        users = self.findings.get("users")
        if users is not None:
            for line, fault in self.records.primary_org_faults():
                self._take(DATA_FILES["users"], line, [fault], users)

    def summaries(self) -> Iterator[Reason]:
        """Yield one line for each kind of fault that stands in more rows than are listed."""
        severity: Severity = "error" if self.strict else "warning"
        for (file, column, code), count in self._listed.items():
            if count > LISTED:
                text = f"{count - LISTED:,} more rows have the same fault."
                yield Reason(file, None, column, code, text, severity)

    def _check_syntax(self, file: DataFile, blocks: Iterable[Block], found: FileFindings) -> None:
        """Under a header that cannot be used, only broken lines can still be named."""
        for block in blocks:
            found.read += _data_rows(block)
            for line in block.faulty:
                if line.fault is not None and line.fault.code != WIDTH:
                    self._take(file, line.number, [CellFault("", line.fault)], found)

    def _check_rows(self, file: DataFile, blocks: Iterable[Block], found: FileFindings) -> None:
        mode = self.records.modes[file.name]
        rules = RowRules(file, found.layout, mode, strict=self.strict)
        for block in blocks:
            found.read += _data_rows(block)
            for line in self._suspect_lines(rules, block):
                faults = self._line_faults(rules, line)
                if faults:
                    self._take(file, line.number, faults, found)
        for number, fault in self.records.closing(file.name):
            self._take(file, number, [fault], found)
        if file.name in ("orgs", "academicSessions"):
            for fault in self.records.circle_faults(file.name):
                self._take(file, None, [fault], found)
        if len(found.kept_back) > MAX_FAULTY:
            text = f"More than {MAX_FAULTY:,} rows are faulty. Correct the export first."
            self.add(file, None, "too-many-faulty-rows", text)

    def _suspect_lines(self, rules: RowRules, block: Block) -> list[Line]:
        """Remember the rows that break no rule at once; return the others for the rules."""
        flags = suspects(rules, self.records, block)
        columns = noted_columns(rules, block, ~flags)
        repeated = self.records.repeats(rules, columns)
        if repeated:
            flags[np.flatnonzero(~flags)[repeated]] = True
            columns = noted_columns(rules, block, ~flags)
        numbers = block.lines.to_numpy()
        self.records.note_sound(rules, columns, numbers[~flags].tolist())
        rows = block.columns.filter(flags).to_pydict().values()
        cells = zip(numbers[flags].tolist(), zip(*rows, strict=True), strict=True)
        lines = [Line(number, list(row)) for number, row in cells]
        return sorted([*lines, *block.faulty], key=lambda line: line.number)

    def _line_faults(self, rules: RowRules, line: Line) -> list[CellFault]:
        if line.fault is not None:
            if line.fault.code != WIDTH:
                self.records.unsure.add(rules.file.name)
            return [CellFault("", line.fault)]
        faults = rules.faults(line.cells)
        sound = not faults
        faults.extend(self.records.note(rules, line.cells, line.number, sound=sound))
        if sound:
            faults.extend(self.records.reference_faults(rules, line.cells, line.number))
            faults.extend(record_faults(self.records, rules, line.cells))
        return faults

    def _take(
        self, file: DataFile, line: int | None, faults: list[CellFault], found: FileFindings
    ) -> None:
        """Report faults; keep the row back unless every fault can be read past."""
        errors: list[Reason] = []
        for cell in faults:
            passed = self._is_passed(file, cell, found)
            reason = Reason(file.file_name, line, cell.column or None, *cell.fault)
            severity: Severity = "error" if self.strict and not passed else "warning"
            self._list(reason._replace(severity=severity))
            if not passed:
                errors.append(reason)
        if errors and line is not None and len(found.kept_back) <= MAX_FAULTY:
            found.kept_back.setdefault(line, []).extend(errors)

    def _is_passed(self, file: DataFile, cell: CellFault, found: FileFindings) -> bool:
        """Say whether the row is loaded all the same."""
        if self.strict:
            return cell.fault.code in ALWAYS_WARNED
        if cell.mended is not None:
            found.mended.add(cell.column)
            return True
        if cell.fault.code == "missing-record":
            required = any(c.name == cell.column and c.required for c in file.columns)
            return not required and cell.column != "sourcedId"
        return cell.fault.code in WARNED

    def _list(self, reason: Reason) -> None:
        """List a reason, up to `LISTED` of the same file, column and code."""
        kind = reason.file, reason.column, reason.code
        self._listed[kind] += 1
        if self._listed[kind] <= LISTED:
            self.reasons.append(reason)


def _data_rows(block: Block) -> int:
    """Count the rows of a block; a blank line is no row."""
    return block.columns.num_rows + sum(line.fault is not BLANK for line in block.faulty)


def blocks_of_file(stream: BinaryIO, width: int) -> Iterator[Block]:
    """Yield the rows of a data file as blocks; columns are named by their place."""
    names = [str(place) for place in range(width)]
    return blocks_in(cast(BlockStream, stream), names, blank_end=False)
