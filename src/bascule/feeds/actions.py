"""Load a package: read, stage, check, compare, brake, commit; and take a source's last run back.

Everything that a run changes happens in one transaction; the record of a refused or braked run
is kept in one of its own.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bascule.feeds.models import FileRun, Quarantine, Source
from bascule.feeds.reading import Batch, Package, Reason, Rejected, Standard, verdict_json
from bascule.feeds.reconciling import RECONCILERS, Reconciled, Settings
from bascule.feeds.staging import (
    clear_stage,
    leave_out_unchanged,
    note_doubtful,
    prepare_stage,
    stage_batch,
    stage_rejected,
)
from bascule.feeds.standards import UnrecognizedFileError, recognize, standard_named
from bascule.feeds.targets import LOAD_ORDER
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.roster.actions.claims import keep_digests, take_back_claims

ONE_LOADER = 7_204_021  # the advisory lock that loads queue behind
REASONS_KEPT = 200
UNDOABLE = {"sis_ew"}  # what it feeds keeps every earlier version


@dataclass
class Report:
    """What a load found and did: the verdict, its reasons, and the counts of each file."""

    verdict: str
    outcome: str
    reasons: list[Reason] = field(default_factory=list)
    files: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what `bascule load --format json` prints."""
        return {**verdict_json(self, self.files), "outcome": self.outcome}  # type: ignore[arg-type]

    def as_text(self) -> str:
        """Return what a person reads on the console: outcome, counts by file, first reasons."""
        lines = [f"{self.verdict}: {self.outcome}"]
        for name, counts in self.files.items():
            told = ", ".join(f"{key} {number:,}" for key, number in counts.items())
            lines.append(f"  {name}: {told}")
        for reason in self.reasons[:20]:
            place = f"{reason.file}:{reason.line}" if reason.line else reason.file
            lines.append(f"  {place} [{reason.code}] {reason.message}")
        if len(self.reasons) > 20:
            lines.append(f"  and {len(self.reasons) - 20} more")
        return "\n".join(lines)


class _RollBack(Exception):  # noqa: N818 - it is how a dry run ends
    """Ends the transaction of a run that must not change anything."""


def load_package(
    actor: Actor,
    *,
    path: Path,
    system: str = "sis",
    strict: bool = False,
    dry_run: bool = False,
    allow: Iterable[str] = (),
    at: datetime | None = None,
) -> Report:
    """Load one package or file into the roster; the same bytes again change nothing.

    `allow` names the schools whose mass change somebody has approved after a dry run.
    """
    at = at or now()
    try:
        standard = recognize(path)
    except UnrecognizedFileError as unknown:
        return Report("reject", FileRun.Outcome.REFUSED, [unknown.reason])
    package = standard.open(path, strict=strict)
    verdict = package.check()
    if verdict.verdict == "reject":
        report = Report("reject", FileRun.Outcome.REFUSED, list(verdict.reasons))
        report.files = {name: {"read": file.read} for name, file in package.files.items()}
    else:
        settings = Settings(system=system, at=at, allow=frozenset(allow))
        report = _load_accepted(actor, standard, package, settings, dry_run=dry_run)
        report.reasons = [*verdict.reasons, *report.reasons]
    if report.outcome in (FileRun.Outcome.REFUSED, FileRun.Outcome.HELD) and not dry_run:
        with transaction.atomic():
            _record_run(actor, standard, path, report, at, system)
    return report


@transaction.atomic
def undo_last_run(actor: Actor, *, source: str) -> FileRun:
    """Take back the last loaded run of a source, as if its file had never come.

    Only enrollment claims keep what was known before; a run that fed anything else is refused.
    Raises Refusal where there is nothing to take back.
    """
    _one_loader_at_a_time()
    runs = FileRun.objects.filter(source__key=source, outcome=FileRun.Outcome.LOADED)
    run = runs.select_related("source").order_by("-id").first()
    if run is None:
        raise Refusal("nothing-to-undo", f"Nothing of {source} is loaded.")
    if standard_named(run.source.standard).key not in UNDOABLE:
        raise Refusal(
            "cannot-undo",
            "Only entry and withdrawal rows can be taken back; load a corrected file.",
        )
    take_back_claims(source=run.source.system, at=run.started_at)
    run.outcome = FileRun.Outcome.UNDONE
    run.save()
    record_decision(
        actor, "undo_last_run", kind="file_run", uuid=run.uuid, particulars={"source": source}
    )
    return run


def _load_accepted(
    actor: Actor, standard: Standard, package: Package, settings: Settings, *, dry_run: bool
) -> Report:
    report = Report("accept", FileRun.Outcome.LOADED)
    try:
        with transaction.atomic():
            _one_loader_at_a_time()
            if _is_same_as_last(standard, package.path):
                report.outcome = FileRun.Outcome.UNCHANGED
                report.files = _all_unchanged(package)
                return report
            rejected = _stage(package, settings)
            reconciled = _reconcile(package, settings)
            _summarize(report, package, reconciled, rejected)
            if dry_run or report.outcome == FileRun.Outcome.HELD:
                raise _RollBack
            run = _record_run(actor, standard, package.path, report, settings.at, settings.system)
            _quarantine(run, rejected, reconciled)
            keep_digests(source=settings.system)
            clear_stage()
    except _RollBack:
        pass
    return report


def _one_loader_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_LOADER])


def _stage(package: Package, settings: Settings) -> list[Rejected]:
    targets = {target for file in package.files.values() for target in file.targets}
    prepare_stage(targets)
    leave_out_unchanged(package, settings.system)
    rejected: list[Rejected] = []
    for item in package.batches():
        if isinstance(item, Batch):
            stage_batch(item)
        else:
            rejected.append(item)
    stage_rejected(rejected)
    note_doubtful(package, rejected)
    with connection.cursor() as cursor:
        for target in targets:
            cursor.execute(f"analyze stage.{target}")
    return rejected


def _reconcile(package: Package, settings: Settings) -> list[Reconciled]:
    """Bring each target into our tables, in load order: what a row refers to comes first."""
    found = []
    for target in LOAD_ORDER:
        files = [file for file in package.files.values() if target in file.targets]
        if files and target in RECONCILERS:
            complete = all(file.complete for file in files)
            found.append(RECONCILERS[target](settings, complete=complete))
    return found


def _summarize(
    report: Report, package: Package, found: list[Reconciled], rejected: list[Rejected]
) -> None:
    for name, file in package.files.items():
        counts = {"read": file.read}
        for each in found:
            if each.target in file.targets:
                for change, number in each.counts.items():
                    counts[change] = counts.get(change, 0) + number
        refused = sum(row.file == name for row in rejected)
        refused += sum(reason.file == name for each in found for reason in each.quarantined)
        report.files[name] = counts | {"rejected": refused}
    report.reasons += [reason for row in rejected for reason in row.reasons]
    report.reasons += [reason for each in found for reason in each.quarantined]
    brakes = [reason for each in found for reason in each.brakes]
    if brakes:
        report.reasons += brakes
        report.verdict, report.outcome = "reject", FileRun.Outcome.HELD


def _all_unchanged(package: Package) -> dict[str, dict[str, int]]:
    return {
        name: {"read": file.read, "unchanged": file.read} for name, file in package.files.items()
    }


def _is_same_as_last(standard: Standard, path: Path) -> bool:
    last = (
        FileRun.objects.filter(source__key=standard.key, outcome=FileRun.Outcome.LOADED)
        .order_by("-id")
        .first()
    )
    return last is not None and last.digest == digest_of(path)


def digest_of(path: Path) -> str:
    """Return a hash of a file's bytes, or of a folder's names and bytes in order."""
    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _record_run(
    actor: Actor, standard: Standard, path: Path, report: Report, at: datetime, system: str
) -> FileRun:
    source, _ = Source.objects.get_or_create(
        key=standard.key,
        defaults={"title": standard.title, "standard": standard.key, "system": system},
    )
    run = FileRun.objects.create(
        source=source, path=path.name, digest=digest_of(path), outcome=report.outcome,
        counts=report.files, started_at=at, finished_at=now(),
        reasons=[reason._asdict() for reason in report.reasons[:REASONS_KEPT]],
    )  # fmt: skip
    record_decision(
        actor, "load_package", kind="file_run", uuid=run.uuid,
        particulars={"source": standard.key, "outcome": str(report.outcome)},
    )  # fmt: skip
    return run


def _quarantine(run: FileRun, rejected: list[Rejected], found: list[Reconciled]) -> None:
    rows = [
        _quarantined(run, reason, row.target or "", row.key or "", list(row.cells))
        for row in rejected
        for reason in row.reasons[:1]
    ]
    rows += [
        _quarantined(run, reason, each.target, key, [])
        for each in found
        for reason, key in zip(each.quarantined, each.quarantined_keys, strict=True)
    ]
    Quarantine.objects.bulk_create(rows, batch_size=1000)


def _quarantined(
    run: FileRun, reason: Reason, target: str, key: str, cells: list[str]
) -> Quarantine:
    return Quarantine(
        run=run, file=reason.file, line=reason.line or 0, column=reason.column or "",
        code=reason.code, message=reason.message[:400], target=target, key=key[:255], cells=cells,
    )  # fmt: skip
