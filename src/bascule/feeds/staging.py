"""Rows in flight: COPY into the schema `stage`, which the loader alone may enter.

Every target has one unlogged table there. All of it happens in the run's own transaction, so a
killed run leaves nothing behind.
"""

import io
from collections.abc import Iterable
from typing import Any

from django.db import connection
from psycopg import sql

from bascule.feeds.reading import Batch, Rejected
from bascule.feeds.targets import TARGETS

FIXED = ("file text", "line bigint", "key text", "ends boolean")


def prepare_stage(targets: Iterable[str]) -> None:
    """Make an empty staging table for each target, and one for everything that was named."""
    clear_stage()
    for target in targets:
        prepare_stage_if_absent(target)
    with connection.cursor() as cursor:
        cursor.execute("create unlogged table stage.rejected (target text, key text)")


def prepare_stage_if_absent(target: str) -> None:
    """Make the staging table of one target, empty where the package does not feed it."""
    columns = ", ".join([*FIXED, *(f"{name} text" for name in TARGETS[target].names)])
    with connection.cursor() as cursor:
        cursor.execute(f"create unlogged table if not exists stage.{target} ({columns})")


def stage_batch(batch: Batch) -> None:
    """COPY one batch into its target's table."""
    from pyarrow import csv

    names = ["file", "line", "key", "ends", *TARGETS[batch.target].names]
    rows = batch.rows.add_column(0, "file", _repeated(batch.file, batch.rows.num_rows))
    out = io.BytesIO()
    csv.write_csv(rows.select(names), out, csv.WriteOptions(include_header=False))
    copy = sql.SQL("copy {} ({}) from stdin with (format csv)").format(
        sql.Identifier("stage", batch.target), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        stream.write(out.getbuffer())


def _repeated(value: str, count: int) -> Any:
    import pyarrow as pa

    return pa.repeat(pa.scalar(value), count)


def stage_rejected(rows: Iterable[Rejected]) -> None:
    """Remember what rejected rows name: it counts as seen, so nothing of it is ended."""
    named = [pair for row in rows for pair in row.named]
    if named:
        with connection.cursor() as cursor:
            cursor.executemany("insert into stage.rejected (target, key) values (%s, %s)", named)


def clear_stage() -> None:
    """Drop every table in flight."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'stage'")
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("drop table {}").format(sql.Identifier("stage", name)))
