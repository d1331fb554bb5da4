"""The databases of a run: migrated once, the cast seated once, then copied for whoever needs one.

PostgreSQL copies a database in a fraction of the time that migrating takes. Every run migrates
anew; what an earlier run left is dropped.
"""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, connections, transaction
from django.db.backends.postgresql.base import Cursor, ServerBindingCursor

from bascule.kernel.environment import prepared
from bascule.ops.cluster.database import prepare_database, prepare_roles
from bascule.ops.cluster.launcher import Cluster
from bascule.ops.cluster.places import password_of
from bascule.ops.migrating import migrate_database
from tests import cast

Built = TypeVar("Built")
Allow = Callable[[], AbstractContextManager[None]]

# Nobody needs the data of a test after a crash of the machine: its server need not wait for the
# disk. And what a plan looks like must not depend on when a vacuum came by.
OFF_IN_TESTS = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")


def make_quick(cluster: Cluster, off: Sequence[str] = OFF_IN_TESTS) -> None:
    """Set a server of tests so that no commit waits for the disk and nothing runs beside it."""
    with cluster.connect_as_superuser() as server:
        for setting in off:
            server.execute(f"alter system set {setting} = off")
        server.execute("select pg_reload_conf()")


@dataclass(frozen=True)
class Databases:
    """The databases of one run of the suite, which `run` tells from every other one."""

    cluster: Cluster
    run: str
    allow: Allow  # Django's connections to be used

    @property
    def migrated(self) -> str:
        """The database with the newest schema and nothing in it."""
        return f"migrated_{self.run}"

    @property
    def seated(self) -> str:
        """The database with the cast in it."""
        return f"seated_{self.run}"

    def copy(self, source: str, target: str) -> None:
        """Replace `target` by a copy of `source`, which is made first where this run has none."""
        with self._one_at_a_time(), self.allow():
            self._make(self.migrated, self._migrate)
            self._make(self.seated, self._seat)
            self._copy(source, target)

    def _make(self, name: str, fill: Callable[[str], None]) -> None:
        """Make a database whole or not at all: it bears its name only when it is done."""
        with self.cluster.connect_as_superuser() as server:
            kind = name.removesuffix(self.run)
            rows = server.execute("select datname from pg_database where datname ^@ %s", [kind])
            known = [row[0] for row in rows.fetchall()]
            if name in known:
                return
            for earlier in known:
                server.execute(f"drop database {earlier} with (force)")
        fill(f"{kind}new")
        connections.close_all()
        with self.cluster.connect_as_superuser() as server:
            server.execute(f"alter database {kind}new rename to {name}")

    def _migrate(self, name: str) -> None:
        prepare_database(self.cluster, name)
        connect_as("migrator", self.cluster, name)
        migrate_database()

    def _seat(self, name: str) -> None:
        self._copy(self.migrated, name)
        connect_as("loader", self.cluster, name)
        cast.build()

    def _copy(self, source: str, target: str) -> None:
        prepare_roles(self.cluster)
        with self.cluster.connect_as_superuser() as server:
            server.execute(f"drop database if exists {target} with (force)")
            server.execute(f"create database {target} template {source} owner bascule_owner")

    @contextmanager
    def in_a_crowd(self) -> Iterator[None]:
        """Take tens of connections inside the block: the server has sixty, so one at a time."""
        with self._one_at_a_time("crowd.lock"):
            yield

    @contextmanager
    def _one_at_a_time(self, name: str = "prepare.lock") -> Iterator[None]:
        with (self.cluster.places.home / name).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def connect_as(role: str, cluster: Cluster, name: str) -> None:
    """Point both connections at a database; the superuser steps down to `role`."""
    owner = {"migrator": "owner"}.get(role, role)
    for alias, stepped in (("default", owner), ("ledger", "ledger")):
        connections[alias].close()
        connections[alias].settings_dict.update(
            HOST=str(cluster.places.socket),
            USER="postgres",
            PASSWORD=password_of(cluster.places, "postgres"),
            NAME=name,
            OPTIONS=prepared(stepped) | {"options": f"-c role=bascule_{stepped}"},
        )


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Run a block as another database role, on the same connection and transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role bascule_{role}")
        _ask_as(role)
        yield
        cursor.execute("set role bascule_app")
        _ask_as("app")


def _ask_as(role: str) -> None:
    """Prepare statements, or do not, as a connection of that role does."""
    options = prepared(role)
    raw = connection.connection
    raw.cursor_factory = ServerBindingCursor if options else Cursor
    raw.prepare_threshold = options.get("prepare_threshold")


@contextmanager
def built_once(allow: Allow, build: Callable[[], Built]) -> Iterator[Built]:
    """Let the loader build what the tests of one file share; each of them rolls back to it."""
    with allow():
        outer = transaction.atomic()
        outer.__enter__()
        with as_role("loader"):
            built = build()
    yield built
    with allow():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
