"""manifest.csv: which files a package holds, and whether each is bulk or delta.

Rules: standards.md 1.2 (header `propertyName,value`, two cells a row, versions, one row for
each of the 21 data files, no duplicates, no unknown rows) and the pitfalls of 1.5.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from bascule.feeds.reading import Reason, Severity
from bascule.feeds.standards.csv_lines import Line
from bascule.feeds.standards.oneroster.columns import DATA_FILES, LEGACY_FILES
from bascule.feeds.standards.oneroster.container import MANIFEST

FileMode = Literal["absent", "bulk", "delta"]
HEADER = ["propertyName", "value"]
MODES: dict[str, FileMode] = {"absent": "absent", "bulk": "bulk", "delta": "delta"}
_FREE = ("source.systemName", "source.systemCode")


@dataclass
class Manifest:
    """What a manifest declares; files that it does not name are absent."""

    version: str = "1.2"
    modes: dict[str, FileMode] = field(default_factory=dict)
    system_name: str | None = None
    system_code: str | None = None
    reasons: list[Reason] = field(default_factory=list)

    def mode_of(self, name: str) -> FileMode:
        """Return the mode of a data file by its name without `.csv`."""
        return self.modes.get(name, "absent")


def manifest_of(lines: Iterable[Line], *, strict: bool) -> Manifest:
    """Read a manifest. Strict reports every deviation as an error; tolerant reads 1.1, the
    rewritten version `1`, the header `propertyValue` and missing rows, and warns."""
    found = Manifest()
    rows = _properties(lines, found, "error" if strict else "warning")
    found.system_name = rows.get("source.systemName", (0, None))[1]
    found.system_code = rows.get("source.systemCode", (0, None))[1]
    _read_versions(rows, found, strict=strict)
    if strict and found.version == "1.1":
        return found
    _read_modes(rows, found, strict=strict)
    known = {"manifest.version", "oneroster.version", *_FREE}
    for name, (line, _) in rows.items():
        if name not in known and name.removeprefix("file.") not in DATA_FILES:
            text = f"“{name}” is no property of a OneRoster 1.2 manifest. Remove the row."
            _add(found, line, "unknown-property", text, "error" if strict else "warning")
    return found


def _add(
    found: Manifest, line: int | None, code: str, text: str, severity: Severity = "error"
) -> None:
    found.reasons.append(Reason(MANIFEST, line, None, code, text, severity))


def _properties(
    lines: Iterable[Line], found: Manifest, severity: Severity
) -> dict[str, tuple[int, str]]:
    """Read the two-cell rows under the header, by property name with their line."""
    rows: dict[str, tuple[int, str]] = {}
    stream = iter(lines)
    header = next(stream, None)
    if header is None or header.fault is not None or header.cells != HEADER:
        text = "The header of manifest.csv must be exactly propertyName,value."
        readable = header is not None and len(header.cells) == 2
        _add(found, 1, "manifest-header", text, severity if readable else "error")
    for line in stream:
        for name, value in _pair(line, found, severity):
            if name in rows:
                _add(found, line.number, "repeated-property", f"“{name}” stands twice.")
            else:
                rows[name] = line.number, value
    return rows


def _pair(line: Line, found: Manifest, severity: Severity) -> Iterator[tuple[str, str]]:
    if line.fault is not None:
        _add(found, line.number, line.fault.code, line.fault.message)
    elif len(line.cells) == 2:
        yield line.cells[0], line.cells[1]
    else:
        text = f"A row of manifest.csv has two cells; this one has {len(line.cells)}."
        filled = [cell for cell in line.cells if cell]
        harmless = len(filled) in (0, 2) and line.cells[: len(filled)] == filled
        _add(found, line.number, "manifest-row", text, severity if harmless else "error")
        if len(filled) == 2 and harmless:
            yield filled[0], filled[1]


def _read_versions(rows: dict[str, tuple[int, str]], found: Manifest, *, strict: bool) -> None:
    line, value = rows.get("manifest.version", (None, ""))
    if value != "1.0":
        text = f"manifest.version must be 1.0, not “{value}” (Excel rewrites 1.0 to 1)."
        code = "manifest-version" if line else "missing-property"
        _add(found, line, code, text, "warning" if not strict and value in ("1", "") else "error")
    line, value = rows.get("oneroster.version", (None, ""))
    found.version = "1.1" if value == "1.1" else "1.2"
    if value != "1.2":
        hint = " Load a 1.1 package without strict." if value == "1.1" else ""
        text = f"oneroster.version must be 1.2, not “{value}”.{hint}"
        code = "oneroster-version" if line else "missing-property"
        _add(found, line, code, text, "warning" if not strict and value == "1.1" else "error")


def _read_modes(rows: dict[str, tuple[int, str]], found: Manifest, *, strict: bool) -> None:
    expected = LEGACY_FILES if found.version == "1.1" and not strict else frozenset(DATA_FILES)
    for name in DATA_FILES:
        line, value = rows.get(f"file.{name}", (None, ""))
        if value in MODES:
            found.modes[name] = MODES[value]
        elif line is not None:
            text = f"The mode of {name}.csv must be absent, bulk or delta, not “{value}”."
            _add(found, line, "file-mode", text)
        elif name in expected:
            text = f"The row file.{name} is missing. Add it with absent, bulk or delta."
            _add(found, None, "missing-property", text, "error" if strict else "warning")
