"""Entry and withdrawal rows of a student information system, as Aspen exports them nightly.

Default header `student_id,school_id,event,date,code,reason,grade`; any other is declared in a
file beside it (docs/look-up/feeds.md). The date of an E is the first day of membership, of a W
the last, both inclusive. A bulk file holds the whole history and yields `enrollment_claim`
rows, paired by `entry_pairing`; a delta yields `enrollment_event` rows, because the entry that
a withdrawal closes may lie in what was loaded before.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch, FileRead, Reason, Rejected, Verdict
from bascule.feeds.standards.cell_rules import dated, is_identifier, is_text, translated
from bascule.feeds.standards.claim_rows import claim_batches, compact_events
from bascule.feeds.standards.csv_blocks import header_of
from bascule.feeds.standards.csv_checking import CsvColumn
from bascule.feeds.standards.line_digests import lines_of_students, student_digests
from bascule.feeds.standards.plain_csv import PlainCsv, PlainCsvPackage
from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

EVENTS = {"E": "E", "W": "W"}


def events_format(
    date_format: str = "%Y-%m-%d", words: Mapping[str, str] | None = None
) -> PlainCsv:
    """Return the declaration of an events file with this date format and these event words."""
    columns = (
        CsvColumn("student_id", "student_key", is_identifier),
        CsvColumn("school_id", "school_key", is_identifier),
        CsvColumn("event", "event", translated(words or EVENTS, "event")),
        CsvColumn("date", "day_on", dated(date_format)),
        CsvColumn("code", "code", is_text, required=False, optional_header=True),
        CsvColumn("reason", "reason", is_text, required=False, optional_header=True),
        CsvColumn("grade", "grade", is_text, required=False, optional_header=True),
    )
    keys = ("student_key", "school_key", "day_on", "event")
    return PlainCsv("sis_ew", "entry and withdrawal rows (CSV)", "enrollment_event", columns, keys)


@dataclass(frozen=True)
class EventMapping:
    """What a `.mapping.toml` declares; the defaults are our own format."""

    columns: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=lambda: dict(EVENTS))
    date_format: str = "%Y-%m-%d"
    delimiter: str = ","
    mode: str | None = None


def mapping_beside(path: Path) -> EventMapping | None:
    """Read `<file>.mapping.toml` beside a file, or None where there is none.

    Raises ValueError with a sentence for a mapping that is not TOML or names unknown settings.
    """
    declared = path.with_name(f"{path.name}.mapping.toml")
    if not declared.is_file():
        return None
    try:
        return EventMapping(**tomllib.loads(declared.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"{declared.name} cannot be used: {error}.") from error


@dataclass(frozen=True)
class SisEntryWithdrawal:
    """The standard `sis_ew` (see the module)."""

    key: str = "sis_ew"
    title: str = "entry and withdrawal rows (CSV)"
    targets: tuple[str, ...] = ("enrollment_event", "enrollment_claim")

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return the columns the history owns: all of its claims."""
        return {key: frozenset(TARGETS[key].names) - {"is_primary"} for key in self.targets}

    def recognizes(self, path: Path) -> bool:
        """Say whether the file has our header or a mapping beside it."""
        if not path.is_file():
            return False
        mapped = path.with_name(f"{path.name}.mapping.toml").is_file()
        return mapped or events_format().recognizes(path)

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> "EntryWithdrawalPackage":
        """Open the history; a mapping that cannot be used is a reason of its `check`."""
        fault = None
        try:
            mapping = mapping_beside(path) or EventMapping()
        except ValueError as error:
            mapping, fault = EventMapping(), str(error)
        by_name = "delta" if path.name.endswith("-delta.csv") else "bulk"
        mode = (options or {}).get("mode") or mapping.mode or by_name
        form = events_format(mapping.date_format, mapping.events)
        rows = PlainCsvPackage(path, strict, form, mode == "bulk", mapping.delimiter)
        return EntryWithdrawalPackage(replace(rows, headers=mapping.columns), fault)


@dataclass
class EntryWithdrawalPackage:
    """One opened history. `rows` reads its events; `batches` pairs them unless it is a delta."""

    rows: PlainCsvPackage
    mapping_fault: str | None = None
    standard_key: str = "sis_ew"

    @property
    def path(self) -> Path:
        """Return the file's path."""
        return self.rows.path

    @property
    def strict(self) -> bool:
        """Say whether any faulty row rejects the file."""
        return self.rows.strict

    @property
    def files(self) -> Mapping[str, FileRead]:
        """Return the one file; a bulk file feeds claims, a delta feeds events."""
        target = "enrollment_claim" if self.rows.is_bulk else "enrollment_event"
        return {name: replace(read, targets=(target,)) for name, read in self.rows.files.items()}

    def check(self) -> Verdict:
        """Judge the mapping, the header, and in strict mode every row."""
        if self.mapping_fault is None:
            return self.rows.check()
        file = f"{self.path.name}.mapping.toml"
        return Verdict("reject", (Reason(file, None, None, "bad-mapping", self.mapping_fault),))

    def digests(self, salt: str) -> "pa.Table | None":
        """Return one digest of each student's lines (`line_digests`); None for a delta.

        It changes with `salt`, the header, the mapping and the code that reads and pairs lines.
        """
        if not self.rows.is_bulk:
            return None
        read_as = sha256(f"{salt}|{header_of(self.path, self.rows.delimiter)}".encode())
        mapping = self.path.with_name(f"{self.path.name}.mapping.toml")
        for source in (mapping, *sorted(Path(__file__).parent.glob("*.py"))):
            read_as.update(source.read_bytes() if source.is_file() else b"")
        return student_digests(
            self.path, place=self._student_place, delimiter=self.rows.delimiter,
            salt=read_as.hexdigest(),
        )  # fmt: skip

    def read_only(self, students: "pa.Table") -> None:
        """Let `batches` read the lines of these students, rows of `digests`, and no others."""
        self.rows.part = lines_of_students(
            self.path, students, place=self._student_place, delimiter=self.rows.delimiter
        )

    def student_of(self, rejected: Rejected) -> str | None:
        """Return the student whose line was kept back; None where nobody can say."""
        if rejected.key:
            return rejected.key.split("|")[0]
        cells = rejected.cells
        return cells[self._student_place - 1] if len(cells) >= self._student_place else None

    @property
    def _student_place(self) -> int:
        header = header_of(self.path, self.rows.delimiter)
        column = next(c for c in self.rows.standard.columns if c.column == "student_key")
        return header.index(self.rows.header_name(column)) + 1

    def events(self) -> Iterator[Batch | Rejected]:
        """Stream the E and W rows as they stand, unpaired."""
        return self.rows.batches()

    def batches(self) -> Iterator[Batch | Rejected]:
        """Stream claims of a bulk file or events of a delta, and the rows kept back."""
        if not self.rows.is_bulk:
            yield from self.events()
            return
        kept: list[pa.Table] = []
        for item in self.events():
            if isinstance(item, Rejected):
                yield item._replace(target="enrollment_claim", key=_claims_named(item.key))
            else:
                kept.append(compact_events(item.rows))
        if kept:
            yield from claim_batches(kept, self.path.name)


def _claims_named(event_key: str | None) -> str | None:
    """Return what a rejected event names: every claim whose key begins with student and school."""
    if event_key is None:
        return None
    student, school, *_ = event_key.split("|")
    return f"{student}|{school}|"


STANDARD = SisEntryWithdrawal()
"""The one instance that is registered."""
