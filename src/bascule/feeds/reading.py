"""The one form in which every standard is read: a package of files, a verdict, canonical rows.

Pure: no Django, no database. A `Standard` recognizes a path and opens it as a `Package`; the
package judges itself (`check`) and streams canonical rows in batches of Arrow columns, with the
rows that fail split off as `Rejected`. Nothing is lost: a row is in exactly one of the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, runtime_checkable

from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

Severity = Literal["error", "warning"]
Mode = Literal["bulk", "delta"]
BATCH_ROWS = 65_536


class Reason(NamedTuple):
    """One finding: where, a stable kebab-case code, and a sentence a person can act on.

    `line` counts physical lines from 1 (the header is line 1); None for a whole file or package.
    """

    file: str
    line: int | None
    column: str | None
    code: str
    message: str
    severity: Severity = "error"


class Row(NamedTuple):
    """One canonical row; `ends` is true where the source says the record is to be deleted."""

    target: str
    file: str
    line: int
    key: str
    values: dict[str, str | None]
    ends: bool = False


class Rejected(NamedTuple):
    """One row of a file that cannot be loaded, as it stood, with every reason why.

    `target` and `key` are given where they could be read: what a rejected row names counts as
    seen, so the pipeline must not end it. A key that ends in `|` names every record whose key
    begins with it. `also` are further targets and keys where one row feeds several.
    """

    target: str | None
    file: str
    line: int
    key: str | None
    cells: tuple[str, ...]
    reasons: tuple[Reason, ...]
    also: tuple[tuple[str, str], ...] = ()

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Return every target and key that the row names: all of them count as seen."""
        own = ((self.target, self.key),) if self.target and self.key else ()
        return (*own, *self.also)


class Batch(NamedTuple):
    """Rows of one target from one file, as Arrow columns.

    `rows` has `line` (int64), `key` (string), `ends` (bool) and then every column of
    `TARGETS[target].names` as a nullable string.
    """

    target: str
    file: str
    rows: "pa.RecordBatch"


@dataclass(frozen=True)
class FileRead:
    """What one file of a package is: its mode, its data rows and the targets it feeds.

    `complete` says whether a record that is known and missing here has ended: always for bulk,
    never for delta.
    """

    name: str
    mode: Mode
    read: int
    targets: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Say whether a known record that the file does not name has ended."""
        return self.mode == "bulk"


@dataclass(frozen=True)
class Verdict:
    """The judgment on a package: reject if any reason is an error (see `judge`)."""

    verdict: Literal["accept", "reject"]
    reasons: tuple[Reason, ...]


class Package(Protocol):
    """An opened package. `check` first; then `batches`, any number of times, in load order."""

    @property
    def path(self) -> Path:
        """Return the zip, folder or file that was opened."""
        ...

    @property
    def strict(self) -> bool:
        """Say whether the standard is taken by the letter."""
        ...

    @property
    def standard_key(self) -> str:
        """Return the key of the standard that opened it."""
        ...

    @property
    def files(self) -> Mapping[str, FileRead]:
        """Return the data files by name, in load order; rows are counted by `check`."""
        ...

    def check(self) -> Verdict:
        """Judge the package itself. Strict: any error rejects. Tolerant: only faults of the
        package reject; a faulty row is kept back by `batches` as `Rejected`."""
        ...

    def batches(self) -> Iterator["Batch | Rejected"]:
        """Stream the canonical rows target by target; never called after a reject verdict."""
        ...


@runtime_checkable
class ByStudent(Protocol):
    """A package whose lines stand by student: those of students as known need not be read."""

    def digests(self, salt: str) -> "pa.Table | None":
        """Return (student_key, digest) of every student; None where it cannot be told apart."""
        ...

    def read_only(self, students: "pa.Table") -> None:
        """Let `batches` read the lines of these students, rows of `digests`, and no others."""
        ...

    def student_of(self, rejected: Rejected) -> str | None:
        """Return the student whose row was kept back; None where nobody can say."""
        ...


class Standard(Protocol):
    """One way in: registered in `feeds.standards.STANDARDS`."""

    @property
    def key(self) -> str:
        """Return the stable name that sources are stored with."""
        ...

    @property
    def title(self) -> str:
        """Return the name that people read."""
        ...

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the targets it can feed, in load order."""
        ...

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return, for each target, the columns that the feed owns against human edits."""
        ...

    def recognizes(self, path: Path) -> bool:
        """Say whether `path` looks like this standard, by names and headers alone."""
        ...

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> Package:
        """Open `path`; faults are reported by the package's `check`, never raised here.

        `options` are the source's own declarations, such as `mode` or `enrollment_claims`.
        """
        ...


def judge(reasons: Iterable[Reason]) -> Verdict:
    """Return the verdict over `reasons`: any error rejects, warnings do not."""
    listed = tuple(reasons)
    found = any(reason.severity == "error" for reason in listed)
    return Verdict("reject" if found else "accept", listed)


def verdict_json(
    verdict: Verdict, files_counts: Mapping[str, Mapping[str, int]]
) -> dict[str, object]:
    """Return what `bascule load --format json` prints (issue 2, section 3).

    `files_counts` maps a file's name to its counts; a count that is not given is 0.
    """
    kinds = ("read", "new", "changed", "unchanged", "ended", "rejected")
    return {
        "verdict": verdict.verdict,
        "reasons": [
            {
                "file": reason.file,
                "line": reason.line,
                "column": reason.column,
                "code": reason.code,
                "message": reason.message,
            }
            for reason in verdict.reasons
        ],
        "files": {
            name: {kind: counts.get(kind, 0) for kind in kinds}
            for name, counts in files_counts.items()
        },
    }


def batch_of_rows(target: str, file: str, rows: list[Row]) -> Batch:
    """Turn rows of one target and file into an Arrow batch; a value that is absent is null."""
    import pyarrow as pa

    text = pa.string()
    columns: dict[str, pa.Array] = {
        "line": pa.array([row.line for row in rows], pa.int64()),
        "key": pa.array([row.key for row in rows], text),
        "ends": pa.array([row.ends for row in rows], pa.bool_()),
    }
    for name in TARGETS[target].names:
        columns[name] = pa.array([row.values.get(name) for row in rows], text)
    return Batch(target, file, pa.RecordBatch.from_pydict(columns))


def rows_of(package: Package) -> Iterator[Row | Rejected]:
    """Unpack a package's batches into single rows: for tests, samples and small files."""
    for item in package.batches():
        if isinstance(item, Rejected):
            yield item
        else:
            yield from rows_of_batch(item)


def rows_of_batch(batch: Batch) -> Iterator[Row]:
    """Unpack one batch into rows; columns that are null in a row are left out of its values."""
    for cells in batch.rows.to_pylist():
        line, key, ends = cells.pop("line"), cells.pop("key"), cells.pop("ends")
        values = {name: value for name, value in cells.items() if value is not None}
        yield Row(batch.target, batch.file, line, key, values, ends)
