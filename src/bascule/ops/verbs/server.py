"""Verbs about the database and what runs on it."""

import argparse
import json

from bascule.ops.verbs.telling import tell, tell_fault


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
        tell(give_account(HOUSEKEEPING, username=options.username, person=options.person))
    except Refusal as refusal:
        return tell_fault(refusal.reason)
    return 0


def migrate(options: argparse.Namespace) -> int:
    """Migrate as the migrator, the only role that may change the schema."""
    from bascule.ops.process import enter

    enter("migrator")
    from bascule.ops.migrating import migrate_database

    migrate_database()
    return 0


def backup(options: argparse.Namespace) -> int:
    """Write a backup and tell its size."""
    from bascule.ops.backup import write_backup

    tell(f"{options.target}: {write_backup(options.target):,} bytes")
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
        tell(json.dumps(found, indent=2))
    else:
        for table, (count, digest) in found.items():
            tell(f"{digest}  {count:>10,}  {table}")
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Check what the program needs; exit with 1 where something is missing."""
    from bascule.ops.doctor import findings

    found = findings()
    for each in found:
        tell(f"{'ok  ' if each.is_fine else 'MEND'} {each.title}: {each.words}")
    return 0 if all(each.is_fine for each in found) else 1
