"""What the program needs and what is missing, in plain words."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from bascule.ops.cluster.binaries import find_binaries
from bascule.ops.cluster.places import ClusterError
from bascule.ops.process import enter, is_private

SILENT_TOO_LONG = 60.0  # seconds


@dataclass(frozen=True)
class Checked:
    """One thing that was checked."""

    title: str
    is_fine: bool
    words: str


def findings() -> list[Checked]:
    """Check PostgreSQL, the database and its roles, the chain of decisions and the browser."""
    checks = [_postgres(), _browser()]
    if all(check.is_fine for check in checks[:1]):
        enter("loader")
        checks += list(_database())
    return checks


def _postgres() -> Checked:
    if not is_private():
        return Checked("PostgreSQL", True, "the district's server is used")
    try:
        found = find_binaries()
    except ClusterError as fault:
        return Checked("PostgreSQL", False, str(fault))
    return Checked("PostgreSQL", True, f"version {found.major} in {found.folder}")


def _browser() -> Checked:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    words = found or "the browser tests need one: as root `apt-get install chromium`"
    return Checked("browser", found is not None, words)


def _database() -> Iterator[Checked]:
    from django.db import OperationalError, connection

    from bascule.kernel.named_sql import named_sql

    try:
        with connection.cursor() as cursor:
            cursor.execute(named_sql("ops", "unsafe_roles"))
            unsafe = [row[0] for row in cursor.fetchall()]
            cursor.execute(named_sql("ops", "unprotected_tables"))
            bare = [row[0] for row in cursor.fetchall()]
            cursor.execute(named_sql("ops", "broken_chain"))
            broken = [row[0] for row in cursor.fetchall()]
            cursor.execute(named_sql("ops", "silent_workers"))
            [(silent_for,)] = cursor.fetchall()
    except OperationalError as fault:
        yield Checked("database", False, str(fault).splitlines()[0])
        return
    yield Checked("roles", not unsafe, ", ".join(unsafe) or "none may pass row-level security by")
    yield Checked("tables", not bare, ", ".join(bare) or "every table with a student is protected")
    told = f"broken at decision {broken[0]}" if broken else "whole"
    yield Checked("chain of decisions", not broken, told)
    yield _worker(silent_for)
    yield _demo_sign_in()


def _worker(silent_for: float | None) -> Checked:
    """A private instance need not have one; a district's must."""
    if silent_for is not None and silent_for < SILENT_TOO_LONG:
        return Checked("worker", True, "at least one runs")
    words = "none runs: no alarms, no lists (`bascule worker`; the demo runs one inside)"
    return Checked("worker", is_private(), words)


def _demo_sign_in() -> Checked:
    from django.conf import settings

    is_open = bool(settings.PRODUCTION and settings.DEMO_SIGN_IN)
    return Checked("demo sign-in", not is_open, "open in production" if is_open else "as it should")
