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
        cursor.execute("create unlogged table stage.student_in_question (student_id bigint)")


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
    """Count whose lines are as they were; of a package by student, read and stage only the others.

    Digests are compared here: to send 700,000 of them to the database and to join them there
    costs several times as much as to ask for the known ones.
    """
    if not isinstance(package, ByStudent):
        return
    salt = _known_schools(source)
    digests = ahead.digests(package, package.path, salt) if ahead else package.digests(salt)
    if digests is None:
        return
    told, in_question, left_out = _compared(digests, _known_digests(source))
    _copy("line_digest", ["student_key", "digest"], told.select(["student_key", "digest"]))
    with connection.cursor() as cursor:
        cursor.execute("analyze stage.line_digest")
        if left_out is None:
            return
        _copy("student_in_question", ["student_id"], in_question)
        cursor.execute("analyze stage.student_in_question")
        cursor.execute("insert into stage.left_out values (%s, %s)", ["enrollment_claim", left_out])
    package.read_only(told)


def _compared(reported: Any, known: Any) -> tuple[Any, Any, int | None]:
    """Return the digests of students whose lines are not as they were, the ids of the students
    that are not among the others, and how many claims those have: None where there are none."""
    import duckdb

    same = "using (student_key, digest)"
    with duckdb.connect(config={"threads": 2, "memory_limit": "512MB"}) as engine:
        engine.register("reported", reported)
        engine.register("known", known)
        told = engine.sql(f"select * from reported anti join known {same}").to_arrow_table()
        asked = f"select student_id from known anti join reported {same}"
        in_question = engine.sql(asked).to_arrow_table()
        [(count, claims)] = engine.execute(
            f"select count(*), sum(claims) from known semi join reported {same}"
        ).fetchall()
    return told, in_question, int(claims) if count else None


def _known_digests(source: str) -> Any:
    """Return every student (student_id), with key, digest and claims where a digest is kept."""
    import pyarrow as pa
    from pyarrow import csv

    kinds = {"student_id": pa.int64(), "student_key": pa.string(), "digest": pa.string(),
             "claims": pa.int64()}  # fmt: skip
    with connection.cursor() as cursor:  # many rows in one: to fetch each takes ten times as long
        cursor.execute(named_sql("feeds", "known_digests"), {"source": source})
        body = "".join(lines for (lines,) in cursor.fetchall()).encode()
    if not body:
        return pa.schema(kinds.items()).empty_table()
    return csv.read_csv(
        pa.BufferReader(body),
        csv.ReadOptions(column_names=list(kinds), block_size=1 << 24),
        csv.ParseOptions(delimiter="\x1f", quote_char=False),
        csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""]),
    )


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
