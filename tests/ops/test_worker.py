"""The worker as it runs: it ends politely, and what a killed one left is taken up once."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bascule.ops.cluster.launcher import Cluster, run_cluster
from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FORGET = "access.forget_finished_jobs"
WITHIN = 40.0


@pytest.fixture(scope="module")
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("worker", worker_id))
    trial.remove()
    trial.run("migrate")
    yield trial
    trial.remove()


@pytest.fixture
def server(instance: PrivateInstance) -> Iterator[Cluster]:
    """The server, with a queue from which everything was taken and one old job remembered."""
    cluster = run_cluster(instance.name)
    with cluster.connect_as_superuser("bascule") as database:
        database.execute("truncate procrastinate_jobs, access_finishedjob cascade")
        database.execute("insert into access_finishedjob values (-1, %s)", [LONG_AGO])
    yield cluster
    os.close(cluster.lease)


@contextmanager
def working(instance: PrivateInstance, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = instance.start("worker", "--stalled-after", "2", log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def asked(server: Cluster, query: str) -> list[tuple[Any, ...]]:
    with server.connect_as_superuser("bascule") as database:
        answer = database.execute(query)
        return answer.fetchall() if answer.description else []


def defer(server: Cluster) -> None:
    asked(server, "select procrastinate_defer_jobs_v1(array[row('default', "
                  f"'{FORGET}', 0, null, null, '{{}}', null)::procrastinate_job_to_defer_v1])"
          )  # fmt: skip


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def done(server: Cluster) -> list[int]:
    return [row[0] for row in asked(server, "select job_id from access_finishedjob order by 1")]


def states(server: Cluster) -> list[tuple[Any, ...]]:
    return asked(
        server, f"select status::text from procrastinate_jobs where task_name = '{FORGET}'"
    )


@contextmanager
def held(server: Cluster, statement: str) -> Iterator["psycopg.Connection[Any]"]:
    """Hold the rows that `statement` locks, so that a worker stops at them."""
    with server.connect_as_superuser("bascule") as database, database.transaction():
        database.execute(statement)
        yield database


def is_waiting(server: Cluster) -> bool:
    waits = asked(server, "select 1 from pg_stat_activity where wait_event_type = 'Lock'")
    return waits != []


def test_a_job_is_done_and_sigterm_ends_the_worker_with_success(
    instance: PrivateInstance, server: Cluster, tmp_path: Path
) -> None:
    with working(instance, tmp_path / "log") as process:
        defer(server)
        wait_until(lambda: states(server) == [] and done(server) != [-1])
        assert len([number for number in done(server) if number > 0]) >= 1
        assert -1 not in done(server)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_sigterm_lets_the_job_in_hand_finish(
    instance: PrivateInstance, server: Cluster, tmp_path: Path
) -> None:
    with working(instance, tmp_path / "log") as process:
        with held(server, "select from access_finishedjob where job_id = -1 for update"):
            defer(server)
            wait_until(lambda: is_waiting(server))
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert process.poll() is None
        assert process.wait(20) == 0
    assert (-1 in done(server), states(server)) == (False, [])


def stop_at_the_end(server: Cluster) -> None:
    """Make whoever says that a job is finished wait at the lock 42."""
    asked(
        server,
        "create or replace function wait_at_42() returns trigger language plpgsql as"
        " $$ begin perform pg_advisory_xact_lock(42); return old; end $$",
    )
    asked(server, "create or replace trigger wait_at_42 before delete on procrastinate_jobs"
                  " for each row execute function wait_at_42()")  # fmt: skip


INSIDE = "select from access_finishedjob where job_id = -1 for update"
AFTER = "select pg_advisory_xact_lock(42)"


@pytest.mark.parametrize("where", [INSIDE, AFTER])
def test_a_killed_workers_job_is_taken_up_again_by_another(
    instance: PrivateInstance, server: Cluster, tmp_path: Path, where: str
) -> None:
    stop_at_the_end(server)
    with working(instance, tmp_path / "first") as first, held(server, where):
        defer(server)
        wait_until(lambda: is_waiting(server))
        first.send_signal(signal.SIGKILL)
        first.wait()
    was_done = len(done(server)) if where == AFTER else 0
    with working(instance, tmp_path / "second"):
        wait_until(lambda: states(server) == [])
    assert -1 not in done(server)
    assert was_done in (0, len(done(server)))
