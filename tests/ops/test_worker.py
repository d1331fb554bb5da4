"""The worker as it runs: it ends politely, and what a killed one left is taken up once."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bascule.ops.cluster.launcher import Cluster, run_cluster
from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance

WRITE = "cases.write_list"
WITHIN = 60.0
STALLED_AFTER = "1.5"

# A lead with an account, who asked for a list; whoever keeps it, or says that it is kept, can be
# made to wait at a lock.
PEOPLE = """
truncate procrastinate_jobs, access_finishedjob, access_export, access_decision cascade;
insert into directory_organization
  (id, uuid, kind, name, short_name, identifier, reported_kind, governance, is_options, grades,
   address, source, source_key)
values (1, gen_random_uuid(), 'district', 'D', '', '', '', '', false, '', '', 't', 'd')
on conflict do nothing;
insert into directory_person
  (id, uuid, given_name, family_name, email, phone, source, source_key)
values (1, gen_random_uuid(), 'Marisol', 'Vega', '', '', 't', 'lead') on conflict do nothing;
insert into directory_position (id, uuid, role, title, organization_id, source, source_key)
values (1, gen_random_uuid(), 'mobility_lead', 'Lead', 1, 't', 'lead') on conflict do nothing;
insert into directory_assignment (person_id, position_id, starts_on)
select 1, 1, '2020-01-01' where not exists (select from directory_assignment);
insert into access_user (id, password, username, language, is_active, person_id)
values (1, '', 'lead', 'en', true, 1) on conflict do nothing;
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
  values (gen_random_uuid(), 1, 'students', '{}', now(), '', '{}') returning id
)
select procrastinate_defer_jobs_v1(array[row('default', 'cases.write_list', 0, null, null,
  jsonb_build_object('user_id', 1, 'export', id), null)::procrastinate_job_to_defer_v1])
from asked
"""


@pytest.fixture(scope="module")
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("worker", worker_id))
    trial.remove()
    trial.run("migrate")
    yield trial
    trial.remove()


@pytest.fixture
def server(instance: PrivateInstance) -> Iterator[Cluster]:
    """The server with the lead in it and nothing in the queue."""
    cluster = run_cluster(instance.name)
    asked(cluster, PEOPLE)
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
