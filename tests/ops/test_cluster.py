"""The private server: one for many starters, no orphan, no way in for who may not."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from bascule.ops.cluster.database import KEPT_BY_LAUNCHER, PREPARING, SERVING, prepare_roles
from bascule.ops.cluster.launcher import Cluster, run_cluster
from bascule.ops.cluster.places import WEB_USER, ClusterError, places_of
from tests.instance_names import instance_name

HOLD = (
    "import sys, time\n"
    "from bascule.ops.cluster.launcher import run_cluster\n"
    "run_cluster(sys.argv[1]); print('ready', flush=True); time.sleep(600)\n"
)
STARTED: list["subprocess.Popen[str]"] = []


@pytest.fixture
def instance(worker_id: str) -> Iterator[str]:
    """A name for a server of this test alone; its folder is removed afterwards."""
    name = instance_name("trial", worker_id)
    yield name
    for left in STARTED:
        left.kill()  # a test that failed half way must not keep the lease
        left.wait()
    STARTED.clear()
    wait_until(lambda: servers_in(name) == [])
    shutil.rmtree(places_of(name).home)


def holder(instance: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, instance], stdout=subprocess.PIPE, text=True
    )
    STARTED.append(process)
    return process


def is_ready(process: "subprocess.Popen[str]") -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "ready\n"


def servers_in(instance: str) -> list[int]:
    """The process ids of postmasters that run on this instance's data."""
    data, found = places_of(instance).data, []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(data).encode() in words and words[0].endswith(b"/postgres"):
            found.append(int(process.name))
    return found


def wait_until(is_so, within: float = 15) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.05)


def stop(*processes: "subprocess.Popen[str]") -> None:
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_three_starters_at_once_get_one_server(instance: str) -> None:
    starters = [holder(instance) for _ in range(3)]
    assert [is_ready(each) for each in starters] == [True, True, True]
    assert len(servers_in(instance)) == 1
    stop(*starters)


def test_kill_9_of_the_last_holder_leaves_no_orphan(instance: str) -> None:
    first, second = holder(instance), holder(instance)
    assert is_ready(first)
    assert is_ready(second)
    stop(first)
    time.sleep(3)
    assert len(servers_in(instance)) == 1
    stop(second)
    wait_until(lambda: servers_in(instance) == [])


def test_kill_9_of_the_supervisor_leaves_no_orphan_and_a_new_start_works(instance: str) -> None:
    first = holder(instance)
    assert is_ready(first)
    os.kill(int(places_of(instance).supervisor.read_text()), signal.SIGKILL)
    wait_until(lambda: servers_in(instance) == [])
    second = holder(instance)
    assert is_ready(second)
    # A child just forked still bears the postmaster's words; it soon has its own.
    wait_until(lambda: len(servers_in(instance)) == 1)
    stop(first, second)


def test_kill_9_of_the_server_loses_no_committed_row(instance: str) -> None:
    first = holder(instance)
    assert is_ready(first)
    cluster = run_cluster(instance)
    with cluster.connect_as_superuser() as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    [server] = servers_in(instance)
    os.kill(server, signal.SIGKILL)
    again = run_cluster(instance)
    with again.connect_as_superuser() as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (1000,)
    stop(first)
    os.close(cluster.lease)
    os.close(again.lease)


def test_data_of_another_version_are_refused_with_what_to_do(instance: str) -> None:
    first = holder(instance)
    assert is_ready(first)
    stop(first)
    wait_until(lambda: servers_in(instance) == [])
    version = places_of(instance).data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(ClusterError, match="no PostgreSQL 14 was found"):
        run_cluster(instance)


def test_no_password_no_entry(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=str(cluster.places.socket), user="postgres", dbname="postgres")


def test_two_processes_that_start_at_once_prepare_one_after_the_other(cluster: Cluster) -> None:
    with cluster.connect_as_superuser() as first, ThreadPoolExecutor() as pool:
        first.execute("select pg_advisory_lock(%s)", [PREPARING])
        second = pool.submit(prepare_roles, cluster)
        waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        for _ in range(100):
            if first.execute(waits).fetchone() == (1,):
                break
            time.sleep(0.05)
        assert not second.done()
        first.execute("select pg_advisory_unlock(%s)", [PREPARING])
        second.result(timeout=20)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a second user to step down to")
def test_the_serving_user_cannot_become_owner_loader_or_superuser(cluster: Cluster) -> None:
    prepare_roles(cluster)
    web = pwd.getpwnam(WEB_USER)
    groups = os.getgrouplist(WEB_USER, web.pw_gid)
    readable = {
        role: subprocess.run(
            ["cat", str(cluster.places.secret(role))],
            user=web.pw_uid, group=web.pw_gid, extra_groups=groups, capture_output=True,
        ).returncode == 0
        for role in ("postgres", *KEPT_BY_LAUNCHER, *SERVING)
    }  # fmt: skip
    assert readable == {
        "postgres": False, "bascule_migrator": False, "bascule_loader": False,
        "bascule_app": True, "bascule_ledger": True,
        "bascule_worker": True,  # takes jobs from the queue and sees nothing else
    }  # fmt: skip
    entered = subprocess.run(
        ["ls", str(cluster.places.data)],
        user=web.pw_uid, group=web.pw_gid, extra_groups=groups, capture_output=True,
    )  # fmt: skip
    assert entered.returncode != 0
    with cluster.connect_as_superuser() as connection:
        owner = connection.execute(
            "select rolcanlogin from pg_roles where rolname = 'bascule_owner'"
        ).fetchone()
    assert owner == (False,)
