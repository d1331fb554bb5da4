"""Start the private server if nobody has, hold its lease, and say how to reach it."""

import fcntl
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bascule.ops.cluster import supervisor
from bascule.ops.cluster.binaries import Binaries, find_binaries
from bascule.ops.cluster.places import ClusterError, Places, password_of, places_of

SUPERUSER = "postgres"
START_WITHIN = 30.0
NOT_YET = ("starting up", "shutting down", "not yet accepting", "recovery")


@dataclass(frozen=True)
class Cluster:
    """A running private server. `lease` is an open file: the kernel closes it with the process."""

    places: Places
    major: int
    lease: int

    def connect_as_superuser(
        self, database: str = "postgres"
    ) -> "psycopg.Connection[tuple[Any, ...]]":
        """Open an autocommit connection with the launcher's own rights."""
        return psycopg.connect(
            host=str(self.places.socket),
            user=SUPERUSER,
            password=password_of(self.places, SUPERUSER),
            dbname=database,
            autocommit=True,
        )


def run_cluster(instance: str, postgres: str = "") -> Cluster:
    """Return the running cluster of `instance`, started (and first made) where needed.

    Any number of processes may call this at once: one starts the server, all hold its lease.
    Raises ClusterError, with the server's own last words, where it does not come up.
    """
    places = places_of(instance)
    lease = os.open(places.lease, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        binaries = _joined(places, lease, postgres)
    except BaseException:
        os.close(lease)  # a lease that nobody uses would keep the server alive
        raise
    os.set_inheritable(lease, True)
    return Cluster(places, binaries.major, lease)


def _joined(places: Places, lease: int, postgres: str) -> Binaries:
    """Take a share of the lease, and see that the server runs: one starter at a time."""
    with places.start_lock.open("ab") as start_lock:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        # The supervisor takes the lease only to stop: waiting here lets it finish first.
        fcntl.flock(lease, fcntl.LOCK_SH)
        binaries = _matching_binaries(places, postgres)
        if not (places.data / "PG_VERSION").exists():
            _make_data_folder(places, binaries)
        if not _answers(places):
            _start(places, binaries)
    return binaries


def _matching_binaries(places: Places, wanted: str) -> Binaries:
    known = places.data / "PG_VERSION"
    if not known.exists():
        return find_binaries(wanted)
    major = known.read_text(encoding="ascii").strip()
    binaries = find_binaries(wanted or major)
    if str(binaries.major) != major:
        raise ClusterError(
            f"the data in {places.data} belong to PostgreSQL {major}, but {binaries.major} was "
            f"asked for. Keep {major}, or `bascule backup`, move the folder away and restore."
        )
    return binaries


def _identity(places: Places) -> dict[str, object]:
    if places.server_uid is None:
        return {}
    return {"user": places.server_uid, "group": places.server_gid, "extra_groups": []}


def _make_data_folder(places: Places, binaries: Binaries) -> None:
    """Run initdb: SCRAM for every connection, no TCP, checksums, one collation everywhere."""
    fresh = places.home / "data.new"
    subprocess.run(["rm", "-rf", str(fresh)], check=True)  # noqa: S603, S607 - our own folder
    fresh.mkdir(mode=0o700)
    password = places.home / "superuser.new"
    password.write_text(password_of(places, SUPERUSER), encoding="ascii")
    if places.server_uid is not None and places.server_gid is not None:
        os.chown(fresh, places.server_uid, places.server_gid)
        os.chown(password, places.server_uid, places.server_gid)
    password.chmod(0o600)
    command = [binaries.program("initdb"), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8"]
    command += ["--auth-local=scram-sha-256", "--auth-host=reject", f"--pwfile={password}"]
    command += ["--locale=C.UTF-8", "--data-checksums"]
    if binaries.major >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    made = subprocess.run(  # type: ignore[call-overload] # noqa: S603 - our own command
        command, capture_output=True, text=True, cwd="/", env=environment, **_identity(places)
    )
    password.unlink()
    if made.returncode:
        raise ClusterError(f"initdb failed: {made.stderr or made.stdout}")
    fresh.rename(places.data)


def _server_command(places: Places, binaries: Binaries) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(places.socket),
        "unix_socket_permissions": "0700" if places.server_uid is None else "0770",
        "max_connections": "60",
        "shared_buffers": "512MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",  # a failing statement may hold a student's data
        "jit": "off",  # costs more than it saves on pages of 50 rows
    }
    command = [binaries.program("postgres"), "-D", str(places.data)]
    return command + [part for item in settings.items() for part in ("-c", "=".join(item))]


def _start(places: Places, binaries: Binaries) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        _end_leftovers(places)
        _spawn_supervisor(places, binaries)
        while time.monotonic() < deadline and _is_supervised(places):
            if _answers(places):
                return
            time.sleep(0.03)
        time.sleep(0.1)  # an old process may still be leaving: try again
    raise ClusterError(f"PostgreSQL did not start. Its last words: {_last_words(places)}")


def _spawn_supervisor(places: Places, binaries: Binaries) -> None:
    order = {
        "command": json.dumps(_server_command(places, binaries)),
        "uid": places.server_uid,
        "gid": places.server_gid,
        "log": str(places.log),
        "lease": str(places.lease),
        "pid_file": str(places.supervisor),
    }
    places.supervisor.unlink(missing_ok=True)
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", supervisor.__file__, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        check=True,
    )
    _wait_for(places.supervisor)


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not (file.exists() and file.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)


def _is_supervised(places: Places) -> bool:
    try:
        os.kill(int(places.supervisor.read_text(encoding="ascii")), 0)
    except (OSError, ValueError):
        return False
    return True


def _answers(places: Places) -> bool:
    """Say whether a server is there and takes connections; one that is full is there too."""
    password = password_of(places, SUPERUSER)
    try:
        psycopg.connect(
            host=str(places.socket), user=SUPERUSER, dbname="postgres", password=password
        ).close()
    except psycopg.OperationalError as fault:
        return "FATAL" in str(fault) and not any(word in str(fault) for word in NOT_YET)
    return True


def _end_leftovers(places: Places) -> None:
    """End server processes that a killed postmaster left behind in this data folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            here = (process / "cwd").readlink() == places.data
            is_server = (process / "exe").readlink().name.startswith("postgres")
        except OSError:
            continue
        if here and is_server:
            os.kill(int(process.name), 9)
    # The postmaster is gone for certain: its pid file would only slow the next start down.
    (places.data / "postmaster.pid").unlink(missing_ok=True)


def _last_words(places: Places) -> str:
    if not places.log.exists():
        return "none"
    return " / ".join(places.log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])
