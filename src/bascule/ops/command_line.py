"""The one command, `bascule`. Each verb imports what it needs when it runs, so it starts fast."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

Verb = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 only on success. Faults that a person can mend are one sentence."""
    options = parser().parse_args(arguments)
    from bascule.kernel.environment import SettingError
    from bascule.ops.cluster.places import ClusterError

    try:
        return options.run(options)
    except (ClusterError, SettingError) as fault:
        print(f"bascule: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the command line: every verb with its options and help."""
    found = argparse.ArgumentParser(prog="bascule", description="No student is lost in a hand-off.")
    verbs = found.add_subparsers(required=True, metavar="VERB")
    for name, run, about, options in _verbs():
        verb = verbs.add_parser(name, help=about, description=about)
        verb.set_defaults(run=run)
        for flags, settings in options:
            verb.add_argument(*flags, **settings)
    return found


Option = tuple[tuple[str, ...], dict[str, Any]]


def _verbs() -> list[tuple[str, Verb, str, list[Option]]]:
    port: Option = (("--port",), {"type": int, "default": 8000, "help": "default 8000"})
    as_json: Option = (
        ("--format",), {"choices": ["text", "json"], "default": "text", "dest": "form"},
    )  # fmt: skip
    allow: Option = (
        ("--allow-mass-change",),
        {"default": "", "metavar": "SCHOOL,...", "help": "schools approved after a dry run"},
    )
    schools: Option = (("--schools",), {"type": Path, "help": "spine file of real schools"})
    students: Option = (("--students",), {"type": int, "help": "how many students"})
    years: Option = (("--years",), {"type": int, "default": 3, "help": "school years, default 3"})
    return [
        ("demo", demo, "A whole invented district, loaded, checked and served.",
         [port, schools, students, years,
          (("--fresh",), {"action": "store_true", "help": "build it anew"})]),
        ("serve", serve, "Serve the pages.", [port]),
        ("worker", worker, "Run the jobs that pages and verbs ask for, and the sweep each minute.",
         [(("--stalled-after",), {"type": float, "default": 20.0, "metavar": "SECONDS",
                                  "help": "take up the jobs of a silent worker; default 20"})]),
        ("account", account, "Give somebody a local account, or a new password, and print it.",
         [(("username",), {}),
          (("--person",), {"required": True, "metavar": "KEY",
                           "help": "what the source system calls the person"})]),
        ("migrate", migrate, "Bring the database to the newest schema.", []),
        ("nightly", nightly, "Load files, derive, find, open cases and route them.",
         [(("files",), {"nargs": "*", "type": Path}), (("--at",), {"type": datetime.fromisoformat}),
          allow]),
        ("load", load, "Load one package or file.",
         [(("path",), {"type": Path}), (("--dry-run",), {"action": "store_true"}),
          (("--strict",), {"action": "store_true"}), allow,
          (("--may-repeat",), {"action": "store_true",
                               "help": "a later file may repeat the values of the one before"}),
          as_json]),
        ("export", export, "Write what is held as OneRoster 1.2, whole or as changes.",
         [(("path",), {"type": Path, "metavar": "DIR_OR_ZIP"}),
          (("--delta-since",), {"type": datetime.fromisoformat, "metavar": "INSTANT",
                                "help": "only what feeds changed after it"})]),
        ("undo", undo, "Take back the last loaded run of a source.",
         [(("source",), {"help": "such as sis_ew"})]),
        ("generate", generate, "Write an invented district as standard files.",
         [(("--out",), {"type": Path, "required": True}), students,
          (("--years",), {"type": int, "default": 10}),
          (("--seed",), {"type": int, "default": 1}),
          (("--as-of",), {"type": date.fromisoformat}), schools]),
        ("seat-cast", seat_cast, "Load a list of schools and seat the invented staff.",
         [(("schools",), {"type": Path})]),
        ("fill-demo", fill_demo, "Fill the demo's database (the demo calls this).",
         [(("folder",), {"type": Path}),
          (("--no-measures",), {"action": "store_true", "help": "publish no figures"})]),
        ("measure", measure, "Print one measure as everybody may see it.",
         [(("key",), {}), (("--profile",), {"default": "il"}),
          (("--unit",), {"choices": ["school", "network", "district"], "default": "school"}),
          (("--year",), {"type": int, "required": True, "help": "the year it ends in"}),
          (("--snapshot",), {"type": Path, "help": "default: the newest of this instance"}),
          as_json]),
        ("play-demo", play_demo, "Play what the demo's staff did (the demo calls this).",
         [(("script",), {"type": Path})]),
        ("backup", backup, "Write the whole private database into one file.",
         [(("target",), {"type": Path})]),
        ("restore", restore, "Replace the private database by a backup.",
         [(("source",), {"type": Path})]),
        ("fingerprint", fingerprint, "Print a hash of each table, by what its rows mean.",
         [(("--exact",), {"action": "store_true", "help": "ids and times count too"}), as_json]),
        ("doctor", doctor, "Say in plain words what is missing.", []),
    ]  # fmt: skip


def demo(options: argparse.Namespace) -> int:
    """Build the demo where there is none, then serve it."""
    from bascule.ops.demo import run_demo

    return run_demo(
        port=options.port, fresh=options.fresh, schools=options.schools,
        students=options.students, years=options.years,
    )  # fmt: skip


def seat_cast(options: argparse.Namespace) -> int:
    """Load the schools and seat the cast, as the loader."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.ops.demo import seat_staff

    seat_staff(options.schools)
    return 0


def fill_demo(options: argparse.Namespace) -> int:
    """Fill the demo's database as the loader."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.ops.demo import fill_demo as fill

    fill(options.folder, is_measured=not options.no_measures)
    return 0


def play_demo(options: argparse.Namespace) -> int:
    """Play the script as people do, with the rights of the serving role."""
    from bascule.ops.process import enter

    enter("app")
    from bascule.ops.demo import play_demo as play

    play(options.script)
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve the pages as the serving role."""
    from bascule.ops.serving import serve_pages

    return serve_pages(options.port)


def worker(options: argparse.Namespace) -> int:
    """Run jobs until SIGTERM, which lets the job in hand finish."""
    from bascule.ops.worker import run_jobs

    return run_jobs(stalled_after=options.stalled_after)


def account(options: argparse.Namespace) -> int:
    """Give an account as the loader; the password is shown this once."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.access.actions import give_account
    from bascule.kernel.actor import HOUSEKEEPING
    from bascule.kernel.refusal import Refusal

    try:
        _print(give_account(HOUSEKEEPING, username=options.username, person=options.person))
    except Refusal as refusal:
        print(f"bascule: {refusal.reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def migrate(options: argparse.Namespace) -> int:
    """Migrate as the migrator, the only role that may change the schema."""
    from bascule.ops.process import enter

    enter("migrator")
    from bascule.ops.migrating import migrate_database

    migrate_database()
    return 0


def nightly(options: argparse.Namespace) -> int:
    """Run one night as the loader; exit with 1 where a file was refused or held."""
    from bascule.ops.process import enter, home

    enter("loader")
    from bascule.ops.nightly import run_night

    with _console() as say:
        night = run_night(
            files=options.files, home=home() / "snapshots", at=options.at, say=say,
            allow=_listed(options.allow_mass_change),
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
        may_repeat=options.may_repeat, allow=_listed(options.allow_mass_change),
    )  # fmt: skip
    if options.form == "json":
        _print(json.dumps(report.as_json(), indent=2))
    else:
        _print(report.as_text())
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
        print(f"bascule: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    for name, count in done.rows.items():
        _print(f"{name}.csv: {count:,}")
    _print(f"written to {done.path}")
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
        print(f"bascule: {refusal.reason}", file=sys.stderr)  # noqa: T201
        return 1
    _print(f"{run.path} of {run.started_at:%Y-%m-%d %H:%M} is taken back")
    return 0


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
        print(f"bascule: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    if options.form == "json":
        _print(to_json(figures))
    else:
        for each in figures:
            value = "hidden" if each.suppressed else f"{each.value} % ({each.num} of {each.den})"
            _print(f"{each.unit:<12} {value}")
    return 0


def _newest_snapshot() -> Path:
    from bascule.ops.cluster.places import places_of
    from bascule.ops.process import instance

    folder = places_of(instance()).home / "snapshots"
    found = sorted(path for path in folder.glob("2*") if path.is_dir())
    if not found:
        raise ValueError(f"no snapshot in {folder}: run `bascule nightly` first")
    return found[-1]


def backup(options: argparse.Namespace) -> int:
    """Write a backup and tell its size."""
    from bascule.ops.backup import write_backup

    _print(f"{options.target}: {write_backup(options.target):,} bytes")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Restore a backup."""
    from bascule.ops.backup import restore_backup

    restore_backup(options.source)
    return 0


def fingerprint(options: argparse.Namespace) -> int:
    """Print the hash of every table."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.ops.fingerprint import fingerprints

    found = fingerprints(exact=options.exact)
    if options.form == "json":
        _print(json.dumps(found, indent=2))
    else:
        for table, (count, digest) in found.items():
            _print(f"{digest}  {count:>10,}  {table}")
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Check what the program needs; exit with 1 where something is missing."""
    from bascule.ops.doctor import findings

    found = findings()
    for each in found:
        _print(f"{'ok  ' if each.is_fine else 'MEND'} {each.title}: {each.words}")
    return 0 if all(each.is_fine for each in found) else 1


def _listed(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _print(text: str) -> None:
    print(text)  # noqa: T201 - the command line speaks here


def _console() -> Any:
    from bascule.ops.progress import told_progress

    return told_progress()


if __name__ == "__main__":
    sys.exit(main())
