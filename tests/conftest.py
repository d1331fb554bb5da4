"""One private PostgreSQL for the suite, one database a worker, one cast a run.

Tests run as the serving role: what they see has passed row-level security. `as_loader` steps
into the loader's role for what only a feed or the night may write.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.test import Client
from django.test.client import ClientHandler
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.ops.cluster.launcher import Cluster, run_cluster
from tests.databases import Databases, as_role, built_once, connect_as, make_quick
from tests.instance_names import instance_name

if TYPE_CHECKING:
    from tests.world import World

POSTGRES = os.environ.get("BASCULE_POSTGRES", "")
SHARED = Path(__file__).resolve().parents[2] / "shared"
# Files that take a worker long come first, and the short ones last: no worker is left alone with
# much at the end. The second needs no database, which the first one makes. Then the journeys,
# whose demo stands by then; all others stay in their random order.
FIRST = (
    "test_role_matrix.py",
    "test_catalog.py",
    "test_cluster.py",
    "test_backup.py",
    "test_sifting.py",
    "test_exporting.py",
    "test_loading_edfi.py",
    "test_combining.py",
    "test_loading_oneroster.py",
    "test_worker.py",
    "test_both_locks.py",
    "test_hidden_ids.py",
    "test_ten_students.py",
    "test_published_rates.py",
    "test_judging.py",
    "test_publishing.py",
    "test_histories.py",
    "test_one_student_two_records.py",
    "test_merging.py",
    "test_undoing.py",
)


# Each client would put the middleware together anew, which looks through all static files.
HANDLER = ClientHandler(enforce_csrf_checks=False)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what is loaded by now: walking it cost a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A page asked for in Spanish leaves its language behind: the next test begins in English."""
    yield
    translation.deactivate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first and the journeys after them (`--no-loadscope-reorder` keeps it)."""
    items.sort(key=lambda item: _turn(item.path))


def _turn(file: Path) -> int:
    if file.name in FIRST:
        return FIRST.index(file.name)
    return len(FIRST) + (file.parent.name != "journeys")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The private server of the suite, of the version that BASCULE_POSTGRES names."""
    running = run_cluster(instance_name(f"test{POSTGRES}"), POSTGRES)
    make_quick(running)
    return running


@pytest.fixture(scope="session")
def databases(cluster: Cluster, testrun_uid: str, django_db_blocker: DjangoDbBlocker) -> Databases:
    """The databases of this run, to be copied."""
    return Databases(cluster, testrun_uid, django_db_blocker.unblock)


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, worker_id: str) -> Iterator[None]:
    """Give this worker a database of its own with the cast in it."""
    name = f"test_{worker_id}"
    databases.copy(databases.seated, name)
    connect_as("app", databases.cluster, name)
    yield
    connections.close_all()


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
        client.handler = HANDLER
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
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["World"]:
    """The world, built once for the tests of a file; each of them rolls back to it."""
    from tests.world import AT, build_world

    def built() -> "World":
        with holding_clock(AT):
            return build_world()

    with built_once(django_db_blocker.unblock, built) as world:
        yield world


@pytest.fixture
def world(built_world: "World", db: None) -> Iterator["World"]:
    """The world on its day, for one test."""
    from tests.world import AT

    with holding_clock(AT):
        yield deepcopy(built_world)
