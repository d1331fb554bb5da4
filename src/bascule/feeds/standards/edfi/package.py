"""One Ed-Fi interchange file, or a folder of them, judged and streamed as canonical rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bascule.feeds.reading import (
    BATCH_ROWS,
    Batch,
    FileRead,
    Mode,
    Reason,
    Rejected,
    Row,
    Severity,
    Verdict,
    batch_of_rows,
    judge,
)
from bascule.feeds.standards.edfi.canonical import (
    ORGANIZATION_KINDS,
    READ,
    RecordMapper,
    organization_id,
)
from bascule.feeds.standards.edfi.fields import RefusedRecordError
from bascule.feeds.standards.edfi.interchange import (
    InterchangeError,
    Record,
    interchange_of,
    records_of,
)

ORDER = ("EducationOrganization", "Student", "StudentEnrollment", "StudentAttendance")
"""The interchanges we read, what they refer to first."""
VERSION = "5.2.0"
LISTED = 100


@dataclass
class _Read:
    """What the judging pass found in one file."""

    interchange: str
    counts: Counter[str]

    @property
    def loaded(self) -> int:
        """Count the records that we load."""
        return sum(number for kind, number in self.counts.items() if kind in READ[self.interchange])


@dataclass
class EdFiPackage:
    """Opened Ed-Fi files (see `reading.Package`). Ed-Fi files add and change; absence ends
    nothing, unless the source declares that its files are complete (`mode=bulk`)."""

    path: Path
    strict: bool
    mode: Mode = "delta"
    exclusive_exits: bool = False
    standard_key: str = "edfi"

    @cached_property
    def interchanges(self) -> dict[Path, str]:
        """Return the XML files of the package with their interchange, in load order."""
        paths = sorted(self.path.glob("*.xml")) if self.path.is_dir() else [self.path]
        named = {path: found.name for path in paths if (found := interchange_of(path))}
        known = {name: place for place, name in enumerate(ORDER)}
        return dict(sorted(named.items(), key=lambda item: known.get(item[1], len(ORDER))))

    @property
    def files(self) -> Mapping[str, FileRead]:
        """Return the files by name with the records that are loaded; call `check` first."""
        return {
            path.name: FileRead(path.name, self.mode, read.loaded, _targets(read.interchange))
            for path, read in self._judged[1].items()
        }

    def check(self) -> Verdict:
        """Judge the files: version, interchange, XML and, in strict mode, every record."""
        return self._judged[0]

    def batches(self) -> Iterator[Batch | Rejected]:
        """Stream the rows of each file, target by target."""
        ids = self._judged[2]
        for path in self._judged[1]:
            mapper = RecordMapper(path.name, ids, self.exclusive_exits)
            yield from _batches(self._rows(path, mapper), path.name)

    def _rows(self, path: Path, mapper: RecordMapper) -> Iterator[Row | Rejected]:
        kinds = READ[self.interchanges[path]]
        for record in records_of(path):
            if record.kind in kinds:
                yield from mapper.rows(record)

    @cached_property
    def _judged(self) -> tuple[Verdict, dict[Path, _Read], dict[str, str]]:
        reasons: list[Reason] = []
        reads: dict[Path, _Read] = {}
        ids: dict[str, str] = {}
        for path, interchange in self.interchanges.items():
            reasons.extend(self._interchange_reasons(path, interchange))
            if interchange in READ:
                reads[path] = self._counted(path, interchange, ids, reasons)
        if not self.interchanges:
            text = "No file here begins like an Ed-Fi interchange."
            reasons.append(Reason(self.path.name, None, None, "no-interchange", text))
        if judge(reasons).verdict == "accept":
            reasons.extend(self._record_reasons(reads, ids))
        return judge(reasons), reads, ids

    def _interchange_reasons(self, path: Path, interchange: str) -> Iterator[Reason]:
        found = interchange_of(path)
        if interchange not in READ:
            known = ", ".join(ORDER)
            text = f"The interchange {interchange} is not read. Bascule reads {known}."
            yield Reason(path.name, 1, None, "interchange-not-read", text)
        elif found is not None and found.version != VERSION:
            text = f"The file is of Ed-Fi {found.version}; Bascule reads {VERSION}."
            severity: Severity = "error" if self.strict else "warning"
            yield Reason(path.name, 1, None, "edfi-version", text, severity)

    def _counted(
        self, path: Path, interchange: str, ids: dict[str, str], reasons: list[Reason]
    ) -> _Read:
        """Count the records of a file and note the XML ids of its organizations."""
        read = _Read(interchange, Counter())
        try:
            for record in records_of(path):
                read.counts[record.kind] += 1
                _note_id(record, ids)
        except InterchangeError as error:
            reasons.append(Reason(path.name, error.line, None, *error.fault))
        for kind, number in sorted(read.counts.items()):
            if kind not in READ[interchange]:
                text = f"{number} {kind} records are not read."
                reasons.append(Reason(path.name, None, kind, "record-not-read", text, "warning"))
        return read

    def _record_reasons(self, reads: dict[Path, _Read], ids: dict[str, str]) -> Iterator[Reason]:
        """List the records that cannot be mapped, up to a hundred of a file and code."""
        severity: Severity = "error" if self.strict else "warning"
        for path in reads:
            listed: Counter[str] = Counter()
            for row in self._rows(path, RecordMapper(path.name, ids, self.exclusive_exits)):
                for reason in row.reasons if isinstance(row, Rejected) else ():
                    listed[reason.code] += 1
                    if listed[reason.code] <= LISTED:
                        yield reason._replace(severity=severity)


def _note_id(record: Record, ids: dict[str, str]) -> None:
    xml_id = record.element.get("id")
    if xml_id is None or record.kind not in ORGANIZATION_KINDS:
        return
    try:
        ids[xml_id] = organization_id(record)
    except RefusedRecordError:
        return


def _targets(interchange: str) -> tuple[str, ...]:
    found = [target for targets in READ[interchange].values() for target in targets]
    return tuple(dict.fromkeys(found))


def _batches(rows: Iterator[Row | Rejected], file: str) -> Iterator[Batch | Rejected]:
    """Group rows by target: one file may feed several."""
    kept: dict[str, list[Row]] = {}
    for row in rows:
        if isinstance(row, Rejected):
            yield row
            continue
        kept.setdefault(row.target, []).append(row)
        if len(kept[row.target]) >= BATCH_ROWS:
            yield batch_of_rows(row.target, file, kept.pop(row.target))
    for target, rest in kept.items():
        yield batch_of_rows(target, file, rest)
