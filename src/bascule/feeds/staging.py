"""Rows in flight: COPY into the schema `stage`, which the loader alone may enter.

Every target has one unlogged table there. All of it happens in the run's own transaction, so a
killed run leaves nothing behind. Of a whole history, the students whose every line is as it was
when their claims were last derived are counted and not staged (ADR 0060).
"""

import io
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from bascule.feeds.reading import Batch, ByStudent, Package, Rejected
from bascule.feeds.row_sieve import Sieve
from bascule.feeds.sifting import STAGED_WHOLE, stage_left_out
from bascule.feeds.targets import TARGETS
from bascule.kernel.named_sql import named_sql

FIXED = (
    "file text",
    "line bigint",
    "key text",
    "ends boolean",
    "same boolean default false",  # it says what it said, and is staged all the same
)


def prepare_stage(targets: Iterable[str]) -> None:
    """Make an empty staging table for each target, and one for everything that was named."""
    clear_stage()
    for target in targets:
        prepare_stage_if_absent(target)
    with connection.cursor() as cursor:
        cursor.execute("create unlogged table stage.rejected (target text, key text)")
        cursor.execute("create unlogged table stage.left_out (target text, rows bigint)")
        cursor.execute("create unlogged table stage.gone (target text, key text)")
        cursor.execute("create unlogged table stage.line_digest (student_key text, digest text)")
        cursor.execute(
            "create unlogged table stage.student_unchanged"
            " (student_key text, student_id bigint, claims int)"
        )


def prepare_stage_if_absent(target: str) -> None:
    """Make the staging table of one target, empty where the package does not feed it."""
    columns = ", ".join([*FIXED, *(f"{name} text" for name in TARGETS[target].names)])
    with connection.cursor() as cursor:
        cursor.execute(f"create unlogged table if not exists stage.{target} ({columns})")


class LookAhead:
    """Digests of the lines of packages that are loaded later, computed beside what goes before.

    One counts only while the file is as it was and the same schools are known: else it is
    computed anew.
    """

    def __init__(self, beside: Executor) -> None:
        self._beside = beside
        self._begun: dict[Path, tuple[object, Future[Any]]] = {}

    def begin(self, package: Package, source: str) -> None:
        """Begin the digests of a package by student; of any other there is nothing to begin."""
        if isinstance(package, ByStudent):
            salt = _known_schools(source)
            future = self._beside.submit(package.digests, salt)
            self._begun[package.path] = (_seen_as(package.path, salt), future)

    def digests(self, package: ByStudent, path: Path, salt: str) -> Any:
        """Return `package.digests(salt)`, from what was begun where that still holds."""
        seen_as, future = self._begun.pop(path, (None, None))
        if future is not None and seen_as == _seen_as(path, salt):
            return future.result()
        return package.digests(salt)


def _seen_as(path: Path, salt: str) -> object:
    found = path.stat()
    return salt, found.st_ino, found.st_size, found.st_mtime_ns


def leave_out_unchanged(package: Package, source: str, ahead: LookAhead | None = None) -> None:
    """Note whose lines are as they were; of a package by student, read only the others."""
    if not isinstance(package, ByStudent):
        return
    salt = _known_schools(source)
    digests = ahead.digests(package, package.path, salt) if ahead else package.digests(salt)
    if digests is None:
        return
    _copy("line_digest", ["student_key", "digest"], digests)
    with connection.cursor() as cursor:
        cursor.execute("analyze stage.line_digest")
        if _join_by_hash(cursor, named_sql("feeds", "unchanged_students"), {"source": source}):
            cursor.execute("analyze stage.student_unchanged")
            cursor.execute(named_sql("feeds", "changed_students"))
            package.read_only([key for (key,) in cursor.fetchall()])


def _join_by_hash(cursor: Any, statement: str, values: dict[str, str]) -> int:
    """Run a statement that joins a district's students by key and digest; return its rows.

    The planner takes the two for independent, expects one student and would look up each of
    700,000 in an index: 9 of 13 seconds.
    """
    cursor.execute("set local enable_nestloop = off")
    cursor.execute("set local work_mem = '128MB'")
    cursor.execute(statement, values)
    found = int(cursor.rowcount)
    cursor.execute("set local enable_nestloop = on")
    return found


def note_doubtful(package: Package, rejected: Iterable[Rejected]) -> None:
    """Forget the digests of students with a row kept back: it must be told again every night."""
    if not isinstance(package, ByStudent):
        return
    doubtful = {package.student_of(row) for row in rejected}
    with connection.cursor() as cursor:
        if None in doubtful:
            cursor.execute("truncate stage.line_digest")
        else:
            cursor.execute(
                "delete from stage.line_digest where student_key = any (%s)", [list(doubtful)]
            )


def _known_schools(source: str) -> str:
    """Say which schools claims may name: a claim is kept back only where its school is not."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("feeds", "known_schools"), {"source": source})
        [(known,)] = cursor.fetchall()
    return str(known)


def stage_batch(batch: Batch, sieve: Sieve | None = None) -> None:
    """COPY one batch into its target's table: of a sifted target, the rows that are new."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ["file", "line", "key", "ends", *TARGETS[batch.target].names]
    rows = batch.rows
    if sieve is not None:
        fresh = pa.array(sieve.flags(rows))
        if batch.target in STAGED_WHOLE:
            rows = rows.add_column(0, "same", pc.invert(fresh))
            names.insert(0, "same")
        else:
            rows = rows.filter(fresh)
    if rows.num_rows:
        rows = rows.add_column(0, "file", _repeated(batch.file, rows.num_rows))
        _copy(batch.target, names, rows.select(names))


def stage_sifted(sieves: Iterable[Sieve]) -> None:
    """Say what was left out of each sifted target, and what its last run named and this did not."""
    gone = stage_left_out(sieves)
    if gone is not None and gone.num_rows:
        _copy("gone", ["target", "key"], gone)
    with connection.cursor() as cursor:
        cursor.execute("analyze stage.gone")


def _copy(table: str, names: list[str], rows: Any) -> None:
    """COPY Arrow rows into a table of the stage."""
    from pyarrow import csv

    out = io.BytesIO()
    csv.write_csv(rows, out, csv.WriteOptions(include_header=False))
    copy = sql.SQL("copy {} ({}) from stdin with (format csv)").format(
        sql.Identifier("stage", table), sql.SQL(", ").join(map(sql.Identifier, names))
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
