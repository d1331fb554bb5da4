"""Make one database of a private cluster ready: its roles, its owner, its extensions."""

from importlib.resources import files
from typing import Any

from psycopg import Connection, sql

from bascule.ops.cluster.launcher import Cluster
from bascule.ops.cluster.places import password_of

SERVING = ("bascule_app", "bascule_ledger", "bascule_worker")
KEPT_BY_LAUNCHER = ("bascule_migrator", "bascule_loader")
PREPARING = 20261122  # the advisory lock of who makes roles and databases
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent")


def prepare_database(cluster: Cluster, name: str) -> None:
    """Create roles, passwords, the database `name` and extensions; again changes nothing.

    Processes that start at once, as the web server and the worker do, come one after another.
    """
    with cluster.connect_as_superuser() as connection:
        connection.execute("select pg_advisory_lock(%s)", [PREPARING])  # kept until it is closed
        _make_roles(connection, cluster)
        known = connection.execute("select 1 from pg_database where datname = %s", [name])
        if not known.fetchone():
            connection.execute(
                sql.SQL("create database {} owner bascule_owner").format(sql.Identifier(name))
            )
        _make_extensions(cluster, name)


def prepare_roles(cluster: Cluster) -> None:
    """Create the roles that `roles.sql` names and give each login role its password."""
    with cluster.connect_as_superuser() as connection:
        connection.execute("select pg_advisory_lock(%s)", [PREPARING])
        _make_roles(connection, cluster)


def _make_roles(connection: Connection[Any], cluster: Cluster) -> None:
    roles = files("bascule.ops.cluster").joinpath("roles.sql").read_text(encoding="utf-8")
    connection.execute(roles)
    for role in SERVING + KEPT_BY_LAUNCHER:
        password = password_of(cluster.places, role, readable_by_web=role in SERVING)
        connection.execute(
            sql.SQL("alter role {} password {}").format(sql.Identifier(role), password)
        )


def _make_extensions(cluster: Cluster, name: str) -> None:
    with cluster.connect_as_superuser(name) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("create extension if not exists {}").format(sql.Identifier(extension))
            )
        connection.execute("revoke all on schema public from public")
        connection.execute("alter schema public owner to bascule_owner")
