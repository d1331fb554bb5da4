"""Writes a OneRoster 1.2.1 package, bulk or delta, from canonical rows.

The manifest and the eight rostering files that we hold data for; userProfiles, gradebook and
resources are declared absent. Every row passes the same rules that strict reading applies, and
the finished zip is read back strictly before it gets its name: what we send, we accept.

Cells that begin with `=`, `+`, `-` or `@` are written as they are. Neutralizing them for
spreadsheets would change names and identifiers for every machine that reads the file, and the
standard has no place for it; sheets meant for people are written elsewhere.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from bascule.feeds.reading import Mode, Reason, Row
from bascule.feeds.standards.csv_lines import BREAK_IN_FIELD, Fault, quoted
from bascule.feeds.standards.oneroster.checking import ALWAYS_WARNED
from bascule.feeds.standards.oneroster.columns import DATA_FILES, DataFile
from bascule.feeds.standards.oneroster.container import MANIFEST
from bascule.feeds.standards.oneroster.headers import layout_of
from bascule.feeds.standards.oneroster.outward import SOURCES, RowWriter
from bascule.feeds.standards.oneroster.package import OneRosterPackage
from bascule.feeds.standards.oneroster.rows import CellFault, RowRules

EPOCH = (1980, 1, 1, 0, 0, 0)
CHUNK = 2_000
MAX_REASONS = 100


class ExportRefusedError(ValueError):
    """The rows do not make a valid package; `reasons` says what is wrong, up to a hundred."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__("; ".join(f"{r.file} {r.column}: {r.message}" for r in reasons[:3]))
        self.reasons = reasons


@dataclass(frozen=True)
class Exported:
    """A finished package: its path and the rows written of each file."""

    path: Path
    rows: dict[str, int]


@dataclass
class _Writing:
    """One package being written."""

    archive: zipfile.ZipFile
    mode: Mode
    at: str
    counts: dict[str, int] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)


def write_package(
    path: Path,
    rows: Mapping[str, Iterable[Row]],
    *,
    mode: Mode = "bulk",
    at: datetime | None = None,
    system_name: str = "Bascule",
    system_code: str = "bascule",
) -> Exported:
    """Write rows, given by target, to a zip at `path` and return what was written.

    `at` is the instant of change that every row of a delta carries (UTC, milliseconds); a delta
    needs it. The file appears under its name only when it is complete and strictly valid.
    Raises ExportRefusedError with the reasons otherwise, and leaves nothing behind.
    """
    if mode == "delta" and at is None:
        raise ValueError("a delta needs the instant of its changes")
    unfinished = path.with_name(f".{path.name}.unfinished.zip")
    try:
        counts = _write_files(unfinished, rows, mode, _instant(at), (system_name, system_code))
        _read_back(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Exported(path, counts)


def _instant(at: datetime | None) -> str:
    if at is None:
        return ""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _write_files(
    path: Path,
    rows: Mapping[str, Iterable[Row]],
    mode: Mode,
    at: str,
    system: tuple[str, str],
) -> dict[str, int]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        writing = _Writing(archive, mode, at)
        links = _agents(rows.get("guardian_link", ()))
        for name in SOURCES:
            _write_file(writing, DATA_FILES[name], rows, links)
        if writing.reasons:
            raise ExportRefusedError(writing.reasons)
        with _member(archive, MANIFEST) as stream:
            stream.write(_manifest(writing, system).encode())
    return writing.counts


def _agents(links: Iterable[Row]) -> dict[str, list[str]]:
    """Return the guardians of each student, in the order of the links that are still active."""
    found: dict[str, list[str]] = {}
    for link in links:
        if not link.ends:
            student = link.values.get("student_key") or ""
            found.setdefault(student, []).append(link.values.get("guardian_key") or "")
    return found


def _write_file(
    writing: _Writing,
    file: DataFile,
    rows: Mapping[str, Iterable[Row]],
    links: Mapping[str, list[str]],
) -> None:
    """Write one data file; without any row it is left out, as an empty one is not allowed."""
    header = list(file.header)
    rules = RowRules(file, layout_of(file, header, strict=True), writing.mode, strict=True)
    lines = _lines(writing, rules, rows, links)
    first = next(lines, None)
    if first is None:
        return
    with _member(writing.archive, file.file_name) as stream:
        stream.write((",".join(header) + "\n" + first).encode())
        chunk: list[str] = []
        for line in lines:
            chunk.append(line)
            if len(chunk) >= CHUNK:
                stream.write("".join(chunk).encode())
                chunk.clear()
        stream.write("".join(chunk).encode())


def _member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    """Open a member with a fixed date, so that the same rows make the same bytes."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return cast(BinaryIO, archive.open(info, "w", force_zip64=True))


def _lines(
    writing: _Writing,
    rules: RowRules,
    rows: Mapping[str, Iterable[Row]],
    links: Mapping[str, list[str]],
) -> Iterator[str]:
    written: set[str] = set()
    file = rules.file
    writer = RowWriter(file, writing.mode, writing.at, links)
    for target in SOURCES[file.name]:
        for row in rows.get(target, ()):
            if row.key in written:
                continue
            written.add(row.key)
            line = _checked_line(writing, rules, writer.cells(row), row)
            if line is not None:
                writing.counts[file.name] = writing.counts.get(file.name, 0) + 1
                yield line


def _checked_line(writing: _Writing, rules: RowRules, cells: list[str], row: Row) -> str | None:
    faults = [fault for fault in rules.faults(cells) if fault.fault.code not in ALWAYS_WARNED]
    line = ",".join(cells)
    if '"' in line or line.count(",") >= len(cells):
        line = ",".join(map(quoted, cells))
    if "\n" in line or "\r" in line:
        faults.append(CellFault("", Fault(BREAK_IN_FIELD.code, "A value holds a line break.")))
    for column, fault, _ in faults:
        if len(writing.reasons) < MAX_REASONS:
            text = f"{row.target} “{row.key}”: {fault.message}"
            reason = Reason(rules.file.file_name, None, column or None, fault.code, text)
            writing.reasons.append(reason)
    return None if faults else line + "\n"


def _manifest(writing: _Writing, system: tuple[str, str]) -> str:
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    for name in sorted(DATA_FILES, key=str.lower):
        lines.append(f"file.{name},{writing.mode if name in writing.counts else 'absent'}")
    lines.append(f"source.systemName,{quoted(system[0])}")
    lines.append(f"source.systemCode,{quoted(system[1])}")
    return "\n".join(lines) + "\n"


def _read_back(path: Path) -> None:
    """Judge the finished zip strictly: references and sets show only in the whole."""
    verdict = OneRosterPackage(path, strict=True).check()
    if verdict.verdict == "reject":
        errors = [reason for reason in verdict.reasons if reason.severity == "error"]
        raise ExportRefusedError(errors[:MAX_REASONS])
