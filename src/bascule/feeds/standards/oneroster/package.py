"""A OneRoster package: layout, manifest, files, verdict, and its rows as canonical rows.

`check` reads every file once, in an order in which most references can be judged at once;
`batches` reads them again and maps them, leaving out the rows that were kept back.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bascule.feeds.reading import (
    Batch,
    FileRead,
    Mode,
    Reason,
    Rejected,
    Severity,
    Verdict,
    judge,
)
from bascule.feeds.standards.csv_blocks import Block
from bascule.feeds.standards.csv_lines import Line, lines_of, readable
from bascule.feeds.standards.oneroster.block_spool import BlockSpool
from bascule.feeds.standards.oneroster.canonical import FILE_TARGETS, Mapper
from bascule.feeds.standards.oneroster.checking import FileChecker, FileFindings, blocks_of_file
from bascule.feeds.standards.oneroster.columns import DATA_FILES, MINIMUM_SET, ROSTERING, DataFile
from bascule.feeds.standards.oneroster.container import MANIFEST, Contents, contents_of
from bascule.feeds.standards.oneroster.file_part import FilePart
from bascule.feeds.standards.oneroster.headers import Layout
from bascule.feeds.standards.oneroster.links import LEGACY_ROLE_JOIN
from bascule.feeds.standards.oneroster.manifest import Manifest, manifest_of
from bascule.feeds.standards.oneroster.references import Records

KEYED_BY_PREFIX = {"guardian_link"}
"""Targets whose key begins with the row's sourcedId and a `|`."""
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
"""What the zip reader raises for broken, encrypted or unknown data."""
UNREADABLE = {
    "encrypted-file",
    "not-deflated",
    "too-large",
    "missing-manifest",
    "manifest-header",
    "oneroster-version",
    "damaged-zip",
}
"""Faults after which nothing can be said about the data files."""


@dataclass
class OneRosterPackage:
    """One opened package (see `reading.Package`)."""

    path: Path
    strict: bool
    claims_from_roles: bool = False
    standard_key: str = "oneroster"
    _spools: dict[str, BlockSpool] = field(default_factory=dict, repr=False)

    @cached_property
    def contents(self) -> Contents:
        """Return the files in the zip or folder."""
        return contents_of(self.path, strict=self.strict)

    @cached_property
    def manifest(self) -> Manifest:
        """Return the manifest; an empty one with a reason where it cannot be read."""
        if MANIFEST not in self.contents.openers:
            text = "manifest.csv is missing. Without it nobody can say what is complete."
            return Manifest(reasons=[Reason(MANIFEST, None, None, "missing-manifest", text)])
        try:
            return manifest_of(self._lines(MANIFEST), strict=self.strict)
        except DAMAGE as error:
            text = f"The manifest cannot be read from the zip ({error}). Create the zip again."
            return Manifest(reasons=[Reason(MANIFEST, None, None, "damaged-zip", text)])

    @property
    def files(self) -> Mapping[str, FileRead]:
        """Return the data files by name with mode and rows; call `check` first."""
        found = self._judged[1]
        return {
            f"{name}.csv": FileRead(
                f"{name}.csv",
                mode,
                found[name].read if name in found else 0,
                self._targets(name),
            )
            for name, mode in self._held.items()
        }

    def _targets(self, name: str) -> tuple[str, ...]:
        """Return what a file feeds: claims only where the source declares so, else it would
        end every claim that entry and withdrawal rows reported. 1.1's users hold their roles."""
        targets = FILE_TARGETS.get(name, ())
        found = self._judged[1].get(name)
        if found is not None and found.layout.has_legacy_roles:
            targets = (*targets, "school_role")
        return tuple(t for t in targets if t != "enrollment_claim" or self.claims_from_roles)

    def check(self) -> Verdict:
        """Judge the package (see the module); computed once."""
        return self._judged[0]

    def batches(self) -> Iterator[Batch | Rejected]:
        """Stream the rows of the rostering files, target by target; `check` comes first."""
        if self.check().verdict == "reject":
            return
        mapper = Mapper(self.claims_from_roles)
        for name in self._held:
            if name == "users" and "roles" in self._held:
                for item in self._parts("roles"):
                    if isinstance(item, FilePart):
                        mapper.note_roles(item)
            if name in FILE_TARGETS:
                yield from self._file_batches(name, mapper)

    @cached_property
    def _held(self) -> dict[str, Mode]:
        """Return the modes of the files that are declared and there, in load order."""
        held: dict[str, Mode] = {}
        for name in DATA_FILES:
            mode = self.manifest.mode_of(name)
            if mode != "absent" and f"{name}.csv" in self.contents.openers:
                held[name] = mode
        return held

    @cached_property
    def _judged(self) -> tuple[Verdict, dict[str, FileFindings]]:
        reasons = [*self.contents.reasons, *self.manifest.reasons]
        if any(r.code in UNREADABLE and r.severity == "error" for r in reasons):
            return judge(reasons), {}
        declared = {name for name in DATA_FILES if self.manifest.mode_of(name) != "absent"}
        records = Records(self._held, declared - set(self._held))
        checker = FileChecker(self.strict, records, [*reasons, *self._presence_reasons()])
        for name in self._held:
            self._check_file(DATA_FILES[name], checker)
        checker.check_primary_orgs()
        late = [*self._minimum_reasons(), *checker.summaries()]
        return judge([*checker.reasons, *late]), checker.findings

    def _check_file(self, file: DataFile, checker: FileChecker) -> None:
        """Check one file; a zip that breaks inside it is a fault of the package."""
        try:
            with self.contents.open(file.file_name) as stream:
                if file.name in FILE_TARGETS:
                    spool = self._spools[file.name] = BlockSpool()
                    checker.check_file(file, stream, spool.through)
                else:
                    checker.check_file(file, stream)
        except DAMAGE as error:
            text = f"The zip is damaged inside this file ({error}). Create it again."
            checker.add(file, None, "damaged-zip", text)
            checker.records.unsure.add(file.name)

    def _presence_reasons(self) -> Iterator[Reason]:
        """Compare what the manifest declares with what is there."""
        for name, file in DATA_FILES.items():
            declared, here = self.manifest.mode_of(name), file.file_name in self.contents.openers
            if here and declared == "absent":
                text = f"{file.file_name} is in the package and the manifest says absent."
                yield self._deviation(file.file_name, "undeclared-file", text + " It is not read.")
            elif declared != "absent" and not here:
                text = f"The manifest says {declared} and {file.file_name} is not in the package."
                yield Reason(file.file_name, None, None, "missing-file", text)

    def _minimum_reasons(self) -> Iterator[Reason]:
        """A package of bulk rostering files alone must hold the minimum set."""
        declared = {name: self.manifest.mode_of(name) for name in ROSTERING}
        if "bulk" not in declared.values() or "delta" in declared.values():
            return
        legacy = self.manifest.version == "1.1"
        for name in MINIMUM_SET:
            if declared[name] == "absent" and not (legacy and name == "roles"):
                text = f"A bulk package needs {name}.csv, and the manifest says absent."
                yield self._deviation(f"{name}.csv", "incomplete-set", text)

    def _deviation(self, file: str, code: str, text: str) -> Reason:
        severity: Severity = "error" if self.strict else "warning"
        return Reason(file, None, None, code, text, severity)

    def _lines(self, file_name: str) -> Iterator[Line]:
        with self.contents.open(file_name) as stream:
            yield from lines_of(stream)

    def _file_batches(self, name: str, mapper: Mapper) -> Iterator[Batch | Rejected]:
        for item in self._parts(name):
            if isinstance(item, FilePart):
                yield from mapper.batches(item)
            else:
                yield item
        yield from mapper.links()

    def _parts(self, name: str) -> Iterator[FilePart | Rejected]:
        """Yield the rows of a file that are kept back, and the sound ones block by block."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = self._judged[1][name]
        kept_back = pa.array(sorted(found.kept_back), pa.int64())
        for block in self._blocks(name, found.layout.width):
            sound = pc.invert(pc.is_in(block.lines, kept_back))
            yield from _rejected_rows(DATA_FILES[name], found, block, pc.invert(sound))
            rows = block.columns.filter(sound)
            if rows.num_rows:
                lines = block.lines.filter(sound)
                yield FilePart(name, found.layout, rows, lines, found.mended)

    def _blocks(self, name: str, width: int) -> Iterator[Block]:
        if name in self._spools and self._spools[name].is_complete:
            yield from self._spools[name].blocks()
            return
        with self.contents.open(f"{name}.csv") as stream:
            stream.readline()
            yield from blocks_of_file(stream, width)


def _rejected_rows(
    file: DataFile, found: FileFindings, block: Block, kept_back: Any
) -> Iterator[Rejected]:
    """Yield the rows of a block that are kept back, with every reason, in order."""
    rows = block.columns.filter(kept_back).to_pydict().values()
    numbers = block.lines.filter(kept_back).to_pylist()
    cells = zip(numbers, zip(*rows, strict=True), strict=True)
    lines = [Line(number, list(row)) for number, row in cells]
    faulty = [line for line in block.faulty if line.number in found.kept_back]
    for line in sorted([*lines, *faulty], key=lambda line: line.number):
        yield _rejected(file, found.layout, line, tuple(found.kept_back[line.number]))


def _rejected(file: DataFile, layout: Layout, line: Line, reasons: tuple[Reason, ...]) -> Rejected:
    place = layout.places.get("sourcedId", 0)
    cells = tuple(map(readable, line.cells))
    key = cells[place] if place < len(cells) else ""
    target, *others = FILE_TARGETS.get(file.name, (None,))
    also = tuple((o, f"{key}|" if o in KEYED_BY_PREFIX else key) for o in others if o and key)
    if layout.has_legacy_roles and key:
        also += tuple(("school_role", role) for role in _legacy_role_keys(layout, cells, key))
    return Rejected(target, file.file_name, line.number, key or None, cells, reasons, also)


def _legacy_role_keys(layout: Layout, cells: Sequence[str], key: str) -> Iterator[str]:
    """Yield the keys of the roles that a row of 1.1's users.csv makes."""
    places = [layout.places.get(name, len(cells)) for name in ("orgSourcedIds", "role")]
    if max(places) < len(cells):
        orgs, role = (cells[place] for place in places)
        yield from (LEGACY_ROLE_JOIN.join((key, org, role)) for org in orgs.split(","))
