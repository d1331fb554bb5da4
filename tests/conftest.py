"""One private PostgreSQL for the suite, one database a worker, one cast a run.

Tests run as the serving role: what they see has passed row-level security. `as_loader` steps
into the loader's role for what only a feed or the night may write.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.ops.cluster.database import prepare_database
from bascule.ops.cluster.launcher import Cluster, run_cluster
from bascule.ops.cluster.places import password_of
from bascule.ops.migrating import migrate_database
from tests import cast
from tests.instance_names import instance_name

if TYPE_CHECKING:
    from tests.world import World

POSTGRES = os.environ.get("BASCULE_POSTGRES", "")
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The private server of the suite, of the version that BASCULE_POSTGRES names."""
    return run_cluster(instance_name(f"test{POSTGRES}"), POSTGRES)


@pytest.fixture(scope="session")
def django_db_setup(
    cluster: Cluster, worker_id: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Make this worker's database anew, migrated and with the cast in it."""
    name = f"test_{worker_id}"
    with (cluster.places.home / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with cluster.connect_as_superuser() as server:
            server.execute(f"drop database if exists {name} with (force)")
        prepare_database(cluster, name)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _connect_as("migrator", cluster, name)
        migrate_database()
        _connect_as("app", cluster, name)
        with as_role("loader"):
            cast.build()
        yield
        connections.close_all()


def _connect_as(role: str, cluster: Cluster, name: str) -> None:
    """Point both connections at the worker's database; the superuser steps down to `role`."""
    owner = {"migrator": "owner"}.get(role, role)
    for alias, stepped in (("default", owner), ("ledger", "ledger")):
        connections[alias].close()
        connections[alias].settings_dict.update(
            HOST=str(cluster.places.socket),
            USER="postgres",
            PASSWORD=password_of(cluster.places, "postgres"),
            NAME=name,
            OPTIONS={"options": f"-c role=bascule_{stepped}"},
        )


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Run a block as another database role, on the same connection and transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role bascule_{role}")
        yield
        cursor.execute("set role bascule_app")


@pytest.fixture
def as_loader(db: None) -> Callable[[], AbstractContextManager[None]]:
    """The context in which a test loads, or builds what a feed would."""
    return lambda: as_role("loader")


@pytest.fixture
def actor(db: None) -> Callable[[str], Actor]:
    """`actor("okafor")`: a member of the cast as the actor of today."""
    return lambda key: actor_of(User.objects.get(username=key))


@pytest.fixture
def as_person(
    actor: Callable[[str], Actor],
) -> Callable[[str], AbstractContextManager[None]]:
    """`with as_person("okafor"):` row-level security knows who acts."""
    return lambda key: acting(actor(key))


@pytest.fixture
def browse(db: None) -> Callable[[str], Client]:
    """`browse("okafor")`: a client signed in as a member of the cast."""

    def signed_in(key: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=key))
        return client

    return signed_in


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data folder; a test that needs it is skipped with a reason where it is absent."""
    if not SHARED.exists():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED


@pytest.fixture(scope="module")
def built_world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator["World"]:
    """The world, built once for the tests of a file; each of them rolls back to it."""
    from tests.world import AT, build_world

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        outer = transaction.atomic()
        outer.__enter__()
        with holding_clock(AT), as_role("loader"):
            built = build_world()
    yield built
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def world(built_world: "World", db: None) -> Iterator["World"]:
    """The world on its day, for one test."""
    from tests.world import AT

    with holding_clock(AT):
        yield deepcopy(built_world)
