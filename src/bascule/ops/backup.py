"""Back up a private instance into one file, and restore it into an emptied server."""

import os
import subprocess
from pathlib import Path

from psycopg import sql

from bascule.ops.cluster.binaries import find_binaries
from bascule.ops.cluster.database import prepare_roles
from bascule.ops.cluster.launcher import SUPERUSER, Cluster, run_cluster
from bascule.ops.cluster.places import ClusterError, password_of
from bascule.ops.process import DATABASE, instance, is_private


def write_backup(target: Path) -> int:
    """Dump the whole database into `target` (0600) and return its size in bytes."""
    cluster = _private_cluster()
    fresh = target.with_name(f"{target.name}.new")
    fresh.touch(mode=0o600)
    _run(cluster, "pg_dump", "--format=custom", f"--file={fresh}", DATABASE)
    fresh.rename(target)
    return target.stat().st_size


def restore_backup(source: Path) -> None:
    """Replace the database by what `source` holds: everything, rights and policies included."""
    if not source.is_file():
        raise ClusterError(f"there is no backup at {source}")
    cluster = _private_cluster()
    prepare_roles(cluster)
    name = sql.Identifier(DATABASE)
    with cluster.connect_as_superuser() as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {} owner bascule_owner").format(name))
    _run(cluster, "pg_restore", "--exit-on-error", f"--dbname={DATABASE}", str(source))


def _private_cluster() -> Cluster:
    if not is_private():
        raise ClusterError(
            "the district's server is used: back it up with the district's own means, as a role "
            "that row-level security does not bind"
        )
    return run_cluster(instance())


def _run(cluster: Cluster, program: str, *options: str) -> None:
    binaries = find_binaries(str(cluster.major))
    environment = {
        **os.environ,
        "PGHOST": str(cluster.places.socket),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": password_of(cluster.places, SUPERUSER),
    }
    done = subprocess.run(  # noqa: S603 - a program of the server's own folder
        [binaries.program(program), *options], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise ClusterError(f"{program}: {done.stderr.strip()}")
