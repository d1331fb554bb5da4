"""Verbs about data: load, night, export, undo, generate, measure."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from bascule.ops.verbs.telling import listed, progress, tell, tell_fault


def nightly(options: argparse.Namespace) -> int:
    """Run one night as the loader; exit with 1 where a file was refused or held."""
    from bascule.ops.process import enter, home

    enter("loader")
    from bascule.ops.nightly import run_night

    with progress() as say:
        night = run_night(
            files=options.files, home=home() / "snapshots", at=options.at, say=say,
            allow=listed(options.allow_mass_change),
        )  # fmt: skip
    return int(any(stage["counts"].get("refused") for stage in night.stages))


def load(options: argparse.Namespace) -> int:
    """Load one package as the loader; exit with 1 where it is rejected."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.feeds.actions import load_package
    from bascule.kernel.actor import NIGHTLY

    report = load_package(
        NIGHTLY, path=options.path, strict=options.strict, dry_run=options.dry_run,
        may_repeat=options.may_repeat, allow=listed(options.allow_mass_change),
    )  # fmt: skip
    if options.form == "json":
        tell(json.dumps(report.as_json(), indent=2))
    else:
        tell(report.as_text())
    return 0 if report.verdict == "accept" else 1


def export(options: argparse.Namespace) -> int:
    """Write a OneRoster package as the loader; exit with 1 where what is held makes none."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.feeds.exporting import export_package
    from bascule.feeds.standards.oneroster.writing import ExportRefusedError
    from bascule.kernel.actor import NIGHTLY
    from bascule.kernel.refusal import Refusal

    since: datetime | None = options.delta_since
    since = since and (since if since.tzinfo else since.replace(tzinfo=UTC))
    try:
        done = export_package(NIGHTLY, path=options.path, since=since)
    except (ExportRefusedError, Refusal) as fault:
        return tell_fault(fault)
    for name, count in done.rows.items():
        tell(f"{name}.csv: {count:,}")
    tell(f"written to {done.path}")
    return 0


def undo(options: argparse.Namespace) -> int:
    """Take back a source's last run, as the loader."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.feeds.actions import undo_last_run
    from bascule.kernel.actor import NIGHTLY
    from bascule.kernel.refusal import Refusal

    try:
        run = undo_last_run(NIGHTLY, source=options.source)
    except Refusal as refusal:
        return tell_fault(refusal.reason)
    tell(f"{run.path} of {run.started_at:%Y-%m-%d %H:%M} is taken back")
    return 0


def combine(options: argparse.Namespace) -> int:
    """Bring records of one student together and apart as stewards said; look for more if asked."""
    from bascule.ops.process import enter

    enter("loader")
    from django.db import transaction

    from bascule.feeds.turns import let_one_loader_in
    from bascule.kernel.actor import NIGHTLY
    from bascule.kernel.clock import now
    from bascule.roster.actions.judging import carry_out_judgments
    from bascule.roster.actions.look_alikes import propose_look_alikes

    with transaction.atomic():
        let_one_loader_in()
        counts = carry_out_judgments(NIGHTLY, at=now())
    if options.look:
        counts |= propose_look_alikes(NIGHTLY, at=now(), is_whole=True)
    tell(", ".join(f"{word} {number:,}" for word, number in counts.items()))
    return int(bool(counts["not possible"]))


def generate(options: argparse.Namespace) -> int:
    """Write the files of an invented district."""
    from bascule.ops.generator.__main__ import main as run

    words = ["--out", str(options.out), "--years", str(options.years), "--seed", str(options.seed)]
    for name in ("students", "as_of", "schools"):
        if (value := getattr(options, name)) is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    return run(words)


def measure(options: argparse.Namespace) -> int:
    """Print the audited figures of one measure, as a table or as JSON."""
    from bascule.metrics.catalog import measure_audited
    from bascule.metrics.figures import to_json
    from bascule.metrics.profiles import UndefinedMeasureError
    from bascule.metrics.snapshot import open_snapshot

    try:
        figures = measure_audited(
            open_snapshot(options.snapshot or _newest_snapshot()),
            options.key, options.profile, options.unit, options.year,
        )  # fmt: skip
    except (UndefinedMeasureError, KeyError, ValueError) as fault:
        return tell_fault(fault)
    if options.form == "json":
        tell(to_json(figures))
    else:
        for each in figures:
            value = "hidden" if each.suppressed else f"{each.value} % ({each.num} of {each.den})"
            tell(f"{each.unit:<12} {value}")
    return 0


def _newest_snapshot() -> Path:
    from bascule.ops.cluster.places import places_of
    from bascule.ops.process import instance

    folder = places_of(instance()).home / "snapshots"
    found = sorted(path for path in folder.glob("2*") if path.is_dir())
    if not found:
        raise ValueError(f"no snapshot in {folder}: run `bascule nightly` first")
    return found[-1]
