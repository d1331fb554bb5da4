"""Look for students with two records, and keep what is proposed to stewards. Merges nothing."""

import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.named_sql import named_sql
from bascule.roster.alike import VERSION, AlikePair, alike_pairs
from bascule.roster.models import LookAlikeSearch

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE_EVERY = timedelta(days=7)
"""How often everybody is compared with everybody, because a rare name may have become common."""

TICKS = timedelta(seconds=1)
"""The files of a night bear instants of their own, microseconds after the night's."""


@transaction.atomic
def propose_look_alikes(actor: Actor, *, at: datetime, is_whole: bool = False) -> dict[str, int]:
    """Compare the students who changed since the last look with all, and keep the likely pairs.

    Everybody is compared at the first look, once a week, and when the rule has another version.
    Returns how many students were looked at, how many pairs are new, and how many are gone.
    """
    since = None if is_whole else _last_look(at)
    students = _students(since, at)
    looked_at = students.filter(students["is_new"])["id"].to_pylist()
    pairs = alike_pairs(students) if looked_at else []
    counts = {"students": len(looked_at), **_keep(pairs, looked_at, since, at)}
    LookAlikeSearch.objects.create(
        at=at, version=VERSION, is_whole=since is None, students=len(looked_at), pairs=len(pairs)
    )
    return counts


def _last_look(at: datetime) -> datetime | None:
    """Return when this rule last looked; None where it is time to compare everybody."""
    searches = LookAlikeSearch.objects.filter(version=VERSION)
    last, whole = searches.first(), searches.filter(is_whole=True).first()
    if last is None or whole is None or at - whole.at >= WHOLE_EVERY:
        return None
    return last.at + TICKS


def _students(since: datetime | None, at: datetime) -> "pa.Table":
    """Return the students to compare, as `alike_pairs` wants them; read in memory alone."""
    import pyarrow as pa
    from pyarrow import csv

    names = ["id", "given", "family", "birth_on", "sex", "state_id", "first_on", "last_on",
             "is_new"]  # fmt: skip
    kinds = [pa.int64(), *[pa.string()] * 2, pa.date32(), *[pa.string()] * 2, *[pa.date32()] * 2,
             pa.bool_()]  # fmt: skip
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    body = _copied(since, at)
    if not body:
        return schema.empty_table()
    return csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(column_names=names),
        convert_options=csv.ConvertOptions(
            column_types=schema, strings_can_be_null=True, quoted_strings_can_be_null=False,
            null_values=[""], true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip


def _copied(since: datetime | None, at: datetime) -> bytes:
    values = {"since": since, "day": local_day(at)}
    operations: Any = connection.ops  # PostgreSQL's, which the stubs do not know
    query = operations.compose_sql(named_sql("roster", "students_to_compare"), values)
    out = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format csv)") as rows,
    ):
        for block in rows:
            out.write(block)
    return out.getvalue()


def _keep(
    pairs: Sequence[AlikePair], looked_at: list[int], since: datetime | None, at: datetime
) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.pair_found")
        cursor.execute(
            "create temp table pair_found (one bigint, other bigint, weight float, reasons jsonb)"
            " on commit drop"
        )
        with cursor.copy("copy pair_found from stdin") as rows:
            for pair in pairs:
                rows.write_row((pair.one, pair.other, pair.weight, json.dumps(pair.reasons)))
        cursor.execute(named_sql("roster", "keep_look_alikes"), {"version": VERSION, "at": at})
        new = sum(is_new for (is_new,) in cursor.fetchall())
        cursor.execute(
            named_sql("roster", "clear_look_alikes"),
            {"at": at, "whole": since is None, "looked_at": looked_at},
        )
        return {"pairs": len(pairs), "new": new, "cleared": cursor.rowcount}
