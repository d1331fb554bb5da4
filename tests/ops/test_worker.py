"""The worker as it runs: it ends politely, and what a killed one left is taken up once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bascule.ops.cluster.launcher import Cluster, run_cluster
from bascule.ops.process import DATABASE
from tests.databases import Databases
from tests.ops.private_instance import PrivateInstance

WRITE = "cases.write_list"
WITHIN = 60.0
STALLED_AFTER = "1.5"

SEAT_A_LEAD = """
from bascule.ops.process import enter
enter("loader")
from datetime import date
from bascule.access.models import User
from bascule.directory.models import Assignment, Organization, Person, Position
office = Organization.objects.create(kind="office", name="Office", source="t", source_key="o")
lead = Person.objects.create(given_name="A", family_name="B", source="t", source_key="l")
desk = Position.objects.create(role="mobility_lead", title="Lead", organization=office,
                               source="t", source_key="l")
Assignment.objects.create(person=lead, position=desk, starts_on=date(2020, 1, 1))
User.objects.create(username="lead", person=lead)
"""

# Whoever keeps a list, or says that its job is done, can be made to wait at a lock.
WAIT_AT_LOCKS = """
truncate procrastinate_jobs, access_finishedjob, access_export, access_decision cascade;
create or replace function wait_at_lock() returns trigger language plpgsql as
$$ begin perform pg_advisory_xact_lock(tg_argv[0]::bigint); return coalesce(new, old); end $$;
create or replace trigger wait_at_41 before update on access_export
  for each row execute function wait_at_lock(41);
create or replace trigger wait_at_42 before delete on procrastinate_jobs
  for each row when (old.task_name = 'cases.write_list') execute function wait_at_lock(42);
"""
ASK = """
with asked as (
  insert into access_export (id, user_id, kind, filter, asked_at, ground, students)
  select gen_random_uuid(), id, 'students', '{}', now(), '', '{}' from access_user
  returning id, user_id
)
select procrastinate_defer_jobs_v1(array[row('default', 'cases.write_list', 0, null, null,
  jsonb_build_object('user_id', user_id, 'export', id), null)::procrastinate_job_to_defer_v1])
from asked
"""


@pytest.fixture(scope="module")
def instance(databases: Databases) -> PrivateInstance:
    """The suite's own server, with a lead in the database that the command line uses."""
    databases.copy(databases.migrated, DATABASE)
    suite = PrivateInstance(databases.cluster.places.instance)
    subprocess.run([sys.executable, "-c", SEAT_A_LEAD], env=suite.environment, check=True)
    return suite


@pytest.fixture
def server(instance: PrivateInstance) -> Iterator[Cluster]:
    """The server with the lead in it and nothing in the queue."""
    cluster = run_cluster(instance.name)
    asked(cluster, WAIT_AT_LOCKS)
    yield cluster
    os.close(cluster.lease)


@contextmanager
def working(instance: PrivateInstance, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = instance.start("worker", "--stalled-after", STALLED_AFTER, log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def asked(server: Cluster, query: str) -> list[tuple[Any, ...]]:
    with server.connect_as_superuser("bascule") as database:
        answer = database.execute(query)
        return answer.fetchall() if answer.description else []


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def lists(server: Cluster) -> tuple[int, int]:
    """How many lists are there, and how often was one kept?"""
    return asked(server, "select (select count(*) from access_export where ready_at is not null),"
                 " (select count(*) from access_decision where verb = 'keep_export')")[0]  # type: ignore[return-value] # fmt: skip


def is_queue_empty(server: Cluster) -> bool:
    return not asked(server, f"select 1 from procrastinate_jobs where task_name = '{WRITE}'")


@contextmanager
def held(server: Cluster, lock: int) -> Iterator["psycopg.Connection[Any]"]:
    """Hold a lock, so that a worker stops there."""
    with server.connect_as_superuser("bascule") as database, database.transaction():
        database.execute("select pg_advisory_xact_lock(%s)", [lock])
        yield database


def is_waiting(server: Cluster) -> bool:
    return asked(server, "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                 " and wait_event = 'advisory'") != []  # fmt: skip


def test_a_job_is_done_and_sigterm_lets_the_one_in_hand_finish(
    instance: PrivateInstance, server: Cluster, tmp_path: Path
) -> None:
    with working(instance, tmp_path / "log") as process:
        asked(server, ASK)
        wait_until(lambda: is_queue_empty(server))
        assert lists(server) == (1, 1)
        with held(server, 41):
            asked(server, ASK)
            wait_until(lambda: is_waiting(server))
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert (process.poll(), lists(server)) == (None, (1, 1))
        assert process.wait(20) == 0
    assert (is_queue_empty(server), lists(server)) == (True, (2, 2))


INSIDE_THE_WORK, AFTER_ITS_COMMIT = 41, 42


@pytest.mark.parametrize("where", [INSIDE_THE_WORK, AFTER_ITS_COMMIT])
def test_the_job_of_a_killed_worker_is_taken_up_again_and_its_effect_happens_once(
    instance: PrivateInstance, server: Cluster, tmp_path: Path, where: int
) -> None:
    asked(server, ASK)
    with working(instance, tmp_path / "first") as first, held(server, where):
        wait_until(lambda: is_waiting(server))
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert lists(server) == ((0, 0) if where == INSIDE_THE_WORK else (1, 1))
    assert not is_queue_empty(server)
    with working(instance, tmp_path / "second"):
        wait_until(lambda: is_queue_empty(server))
    assert lists(server) == (1, 1)
