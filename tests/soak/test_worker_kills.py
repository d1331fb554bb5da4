"""Kill -9 of the worker or its database at drawn places: every list written once, none lost.

Most kills wait until the worker is inside a job. BASCULE_KILLS and BASCULE_SEED are the number of
kills and their seed. The histogram says what the worker was doing at each.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bascule.ops.cluster.launcher import run_cluster
from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance
from tests.ops.test_worker import ASK, SEAT_A_LEAD

KILLS = int(os.environ.get("BASCULE_KILLS", "20"))
SEED = int(os.environ.get("BASCULE_SEED", "1"))
AT_ONCE = 3
STARTED_WITHIN, MET_WITHIN, DONE_WITHIN = 60.0, 40.0, 300.0

# Each part of a job takes long enough to be met: its work, and the word that it is done.
SLOWLY = """
create function slowly() returns trigger language plpgsql as
$$ begin perform pg_sleep(tg_argv[0]::float); return coalesce(new, old); end $$;
create trigger slowly before update on access_export
  for each row execute function slowly(0.4);
create trigger slowly before delete on procrastinate_jobs
  for each row when (old.task_name = 'cases.write_list') execute function slowly(0.4);
"""
BETWEEN, WORKING, SAYING = "between", "in the work", "saying that it is done"
PLACES = {WORKING: 5, SAYING: 4, BETWEEN: 1}
LISTS = """
select count(*), count(ready_at),
  (select count(*) from access_decision where verb = 'keep_export') from access_export
"""


@pytest.fixture
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("worker-kills", worker_id))
    trial.remove()
    trial.run("migrate")
    subprocess.run([sys.executable, "-c", SEAT_A_LEAD], env=trial.environment, check=True)
    yield trial
    trial.remove()


def asked(instance: PrivateInstance, query: str) -> list[tuple[Any, ...]]:
    """Ask the server, started again where it was killed."""
    cluster = run_cluster(instance.name)
    try:
        with cluster.connect_as_superuser("bascule") as database:
            answer = database.execute(query)
            return answer.fetchall() if answer.description else []
    finally:
        os.close(cluster.lease)


def doing(instance: PrivateInstance) -> str:
    """What the worker is at: idle, in the work of a list, or saying that one is done."""
    rows = asked(
        instance,
        "select query from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'",
    )
    texts = " ".join(row[0].lower() for row in rows)
    if "access_export" in texts:
        return WORKING
    return SAYING if texts else BETWEEN


def wait_for(instance: PrivateInstance, place: str) -> str:
    """Wait until the worker is there, or has been elsewhere for too long; say where it is."""
    deadline = time.monotonic() + MET_WITHIN
    while (found := doing(instance)) != place and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def test_every_list_is_written_once_whatever_is_killed(
    instance: PrivateInstance, tmp_path: Path
) -> None:
    draw, met = random.Random(SEED), Counter[str]()
    asked(instance, SLOWLY)
    worker = started(instance, tmp_path / "0")
    try:
        for number in range(1, KILLS + 1):
            for _ in range(AT_ONCE):
                asked(instance, ASK)
            place = wait_for(instance, *draw.choices(list(PLACES), list(PLACES.values())))
            victim = draw.choice(["worker", "database"])
            met[f"{victim}, {place}"] += 1
            if victim == "database":
                os.kill(instance.postmaster(), signal.SIGKILL)
            else:
                worker.kill()
                worker.wait()
                worker = started(instance, tmp_path / str(number))
        wait_until_done(instance)
    finally:
        worker.kill()
        worker.wait()
    lines = [f"{count:>4}  {place}" for place, count in sorted(met.items())]
    inside = met.total() - sum(met[f"{victim}, {BETWEEN}"] for victim in ("worker", "database"))
    sys.stdout.write("\n".join([f"\n{KILLS} kills, {inside} of them inside a job", *lines, ""]))
    wanted = KILLS * AT_ONCE
    assert asked(instance, LISTS) == [(wanted, wanted, wanted)]
    assert inside >= 0.7 * KILLS


def started(instance: PrivateInstance, log: Path) -> "subprocess.Popen[bytes]":
    """Start a worker and wait until it has come to the queue."""
    known = workers(instance)
    process = instance.start("worker", "--stalled-after", "1.5", log=log)
    deadline = time.monotonic() + STARTED_WITHIN
    while workers(instance) <= known:
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.1)
    return process


def workers(instance: PrivateInstance) -> int:
    return int(asked(instance, "select coalesce(max(id), 0) from procrastinate_workers")[0][0])


def wait_until_done(instance: PrivateInstance) -> None:
    query = "select 1 from procrastinate_jobs where task_name = 'cases.write_list'"
    deadline = time.monotonic() + DONE_WITHIN
    while True:
        try:
            if not asked(instance, query):
                return
        except psycopg.OperationalError:
            pass  # the server is on its way back
        assert time.monotonic() < deadline, asked(instance, "table procrastinate_jobs")
        time.sleep(0.3)
