"""Make one database of a private cluster ready: its roles, its owner, its extensions."""

from importlib.resources import files

from psycopg import sql

from bascule.ops.cluster.launcher import Cluster
from bascule.ops.cluster.places import password_of

SERVING = ("bascule_app", "bascule_ledger", "bascule_worker")
KEPT_BY_LAUNCHER = ("bascule_migrator", "bascule_loader")
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent")


def prepare_database(cluster: Cluster, name: str) -> None:
    """Create roles, passwords, the database `name` and extensions; again changes nothing."""
    prepare_roles(cluster)
    with cluster.connect_as_superuser() as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [name])
        if not known.fetchone():
            connection.execute(
                sql.SQL("create database {} owner bascule_owner").format(sql.Identifier(name))
            )
    with cluster.connect_as_superuser(name) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("create extension if not exists {}").format(sql.Identifier(extension))
            )
        connection.execute("revoke all on schema public from public")
        connection.execute("alter schema public owner to bascule_owner")


def prepare_roles(cluster: Cluster) -> None:
    """Create the roles that `roles.sql` names and give each login role its password."""
    roles = files("bascule.ops.cluster").joinpath("roles.sql").read_text(encoding="utf-8")
    with cluster.connect_as_superuser() as connection:
        connection.execute(roles)
        for role in SERVING + KEPT_BY_LAUNCHER:
            password = password_of(cluster.places, role, readable_by_web=role in SERVING)
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), password)
            )
