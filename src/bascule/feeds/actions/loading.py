"""Load a package: read, stage, check, compare, brake, commit.

Everything that a run changes happens in one transaction; the record of a refused or braked run
is kept in one of its own.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bascule.directory.models import CalendarDay
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
from bascule.feeds.standards import UnrecognizedFileError, recognize
from bascule.feeds.targets import LOAD_ORDER
from bascule.feeds.turns import free_instant, let_one_loader_in
from bascule.feeds.vintage import is_later, vintage_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.roster.actions.claims import keep_digests

REASONS_KEPT = 200
CHANGES = ("new", "changed", "ended", "rejected")


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
    may_repeat: bool = False,
    at: datetime | None = None,
) -> Report:
    """Load one package or file into the roster; the same bytes again change nothing.

    `allow` names the schools whose mass change somebody has approved after a dry run;
    `may_repeat` says that a file of a later day may repeat the values of the one before.
    """
    at = at or now()
    try:
        standard = recognize(path)
    except UnrecognizedFileError as unknown:
        return Report("reject", FileRun.Outcome.REFUSED, [unknown.reason])
    settings = Settings(system, at, frozenset(allow), may_repeat=may_repeat)
    package = standard.open(path, strict=strict)
    verdict = package.check()
    if verdict.verdict == "reject":
        report = Report("reject", FileRun.Outcome.REFUSED, list(verdict.reasons))
        report.files = {name: {"read": file.read} for name, file in package.files.items()}
    else:
        report = _load_accepted(actor, standard, package, settings, dry_run=dry_run)
        report.reasons = [*verdict.reasons, *report.reasons]
    if report.outcome in (FileRun.Outcome.REFUSED, FileRun.Outcome.HELD) and not dry_run:
        with transaction.atomic():
            _record_run(actor, standard, path, report, settings)
    return report


def _load_accepted(
    actor: Actor, standard: Standard, package: Package, settings: Settings, *, dry_run: bool
) -> Report:
    report = Report("accept", FileRun.Outcome.LOADED)
    try:
        with transaction.atomic():
            let_one_loader_in()
            settings = replace(settings, at=free_instant(settings.at))
            if _is_same_as_last(standard, package.path):
                report.outcome = FileRun.Outcome.UNCHANGED
                report.files = _all_unchanged(package)
                return report
            rejected = _stage(package, settings)
            reconciled = _reconcile(package, settings)
            _summarize(report, package, reconciled, rejected)
            _brake_repetition(report, standard, package, settings)
            if dry_run or report.outcome == FileRun.Outcome.HELD:
                raise _RollBack
            run = _record_run(actor, standard, package.path, report, settings)
            _quarantine(run, rejected, reconciled)
            keep_digests(source=settings.system)
            clear_stage()
    except _RollBack:
        pass
    return report


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


def _brake_repetition(
    report: Report, standard: Standard, package: Package, settings: Settings
) -> None:
    """Hold a file that claims a later day or year and repeats every value of the last one."""
    last = _last_loaded(standard)
    if settings.may_repeat or last is None or not is_later(package.path.name, last.path):
        return
    told = [counts for counts in report.files.values() if counts["read"]]
    if not told or any(sum(counts.get(word, 0) for word in CHANGES) for counts in told):
        return
    if not _was_in_session(last.path, package.path.name):
        return
    message = (
        f"This file claims to be later than {last.path} and repeats its values one by one. Ask"
        " whether the export has got stuck; if the values are right, load it with --may-repeat."
    )
    report.reasons.append(Reason(package.path.name, None, None, "stale-vintage", message))
    report.verdict, report.outcome = "reject", FileRun.Outcome.HELD


def _was_in_session(earlier: str, later: str) -> bool:
    """Say whether there was school between two days claimed; between school years there always was.

    On days without school nothing need change.
    """
    first, last = vintage_of(earlier), vintage_of(later)
    if isinstance(first, int) or not CalendarDay.objects.exists():
        return True
    return CalendarDay.objects.filter(day__gt=first, day__lte=last).exists()


def _all_unchanged(package: Package) -> dict[str, dict[str, int]]:
    return {
        name: {"read": file.read, "unchanged": file.read} for name, file in package.files.items()
    }


def _last_loaded(standard: Standard) -> FileRun | None:
    runs = FileRun.objects.filter(source__key=standard.key, outcome=FileRun.Outcome.LOADED)
    return runs.order_by("-id").first()


def _is_same_as_last(standard: Standard, path: Path) -> bool:
    last = _last_loaded(standard)
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
    actor: Actor,
    standard: Standard,
    path: Path,
    report: Report,
    settings: Settings,
) -> FileRun:
    source, _ = Source.objects.get_or_create(
        key=standard.key,
        defaults={"title": standard.title, "standard": standard.key, "system": settings.system},
    )
    finished_at = settings.at + (now() - settings.started)
    run = FileRun.objects.create(
        source=source, path=path.name, digest=digest_of(path), outcome=report.outcome,
        counts=report.files, started_at=settings.at, finished_at=finished_at,
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
