"""What is kept of a load: the run with its counts, and the rows that wait for a correction."""

import hashlib
from pathlib import Path

from bascule.feeds.actions.ordering import spend_approvals
from bascule.feeds.actions.report import Report
from bascule.feeds.models import FileRun, Quarantine, Source
from bascule.feeds.reading import Reason, Rejected, Standard
from bascule.feeds.reconciling import Reconciled, Settings
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision

REASONS_KEPT = 200


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


def record_run(
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
    if run.outcome != FileRun.Outcome.REFUSED:  # it was not even compared
        spend_approvals(run)
    record_decision(
        actor, "load_package", kind="file_run", uuid=run.uuid,
        particulars={"source": standard.key, "outcome": str(report.outcome)},
    )  # fmt: skip
    return run


def keep_back(run: FileRun, rejected: list[Rejected], found: list[Reconciled]) -> None:
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
