"""Merge what a source reports into one of our tables: new, changed, unchanged, ended.

The rows wait in `stage.resolved_<target>`, typed and with our own ids; a row that cannot be
loaded carries a `fault` there. Only rows that differ are written. A row that is reported no more
ends (`ended_at`) and never vanishes; one that is reported again lives on under the same id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from bascule.kernel.merge_statements import (
    Merge,
    Standing,
    correction,
    ending,
    fault_statements,
    insertion,
    resolution,
    running_count,
    sound_count,
)
from bascule.kernel.named_sql import named_sql

__all__ = ["Faulty", "Merge", "Merged", "Standing", "merge_reported"]

Values = dict[str, Any]


class Faulty(NamedTuple):
    """A row that cannot be loaded: where it stands, its key, why, and the value at fault."""

    file: str
    line: int
    key: str
    code: str
    value: str


@dataclass(frozen=True)
class Merged:
    """What a merge did: rows by change, the rows kept back, and of the `running` rows that were
    held before, how many were `cut` off; the same for each school that lost any (id, cut, held).
    """

    counts: dict[str, int]
    faulty: list[Faulty]
    running: int
    cut: int
    cut_by_school: tuple[tuple[int, int, int], ...] = ()


def merge_reported(merge: Merge, *, source: str, at: datetime, complete: bool) -> Merged:
    """Resolve the staged rows of a target and merge them into its table.

    `complete` says that the package names every row of the source, so that a known one which it
    does not name has ended; a row kept back counts as named. Run inside the load's transaction.
    """
    values: Values = {
        "source": source, "at": at, "target": merge.target, "feed": merge.standing.feed,
    }  # fmt: skip
    with connection.cursor() as cursor:
        left_out = _left_out(cursor, merge)
        _resolve(cursor, merge, values)
        running = _number(cursor, running_count(merge), values)
        sound = _number(cursor, sound_count(merge), values)
        changed = _number(cursor, correction(merge), values)
        cursor.execute(ending(merge, complete=complete, sifted=left_out is not None), values)
        endings = cursor.fetchall()
        ended, cut = sum(row[1] for row in endings), sum(row[2] for row in endings)
        cut_by_school = _cut_by_school(cursor, merge, values, endings)
        new = _number(cursor, insertion(merge), values)
        same = (left_out or 0) + sound - new - changed
        counts = {"new": new, "changed": changed, "unchanged": same}
        counts["ended"] = ended
        return Merged(counts, _faulty_rows(cursor, merge), running, cut, cut_by_school)


def _cut_by_school(  # type: ignore[no-untyped-def]
    cursor, merge: Merge, values: Values, endings: Sequence[tuple[int | None, int, int]]
) -> tuple[tuple[int, int, int], ...]:
    """Return what each school lost of the rows that were running, and what it had of them."""
    cuts = {school: cut for school, _, cut in endings if school is not None and cut}
    if not cuts:
        return ()
    cursor.execute(
        f"select {merge.school}, count(*) from {merge.table} known where source = %(source)s"
        f" and ended_at is null and ({merge.running}) and {merge.school} = any (%(schools)s)"
        " group by 1",
        {**values, "schools": list(cuts)},
    )
    left = dict(cursor.fetchall())
    return tuple((school, cut, cut + left.get(school, 0)) for school, cut in sorted(cuts.items()))


def _left_out(cursor, merge: Merge) -> int | None:  # type: ignore[no-untyped-def]
    """Return how many rows say what they said and were not staged; None where none was sifted."""
    cursor.execute("select rows from stage.left_out where target = %s", [merge.target])
    found = cursor.fetchone()
    return None if found is None else int(found[0])


def _resolve(cursor, merge: Merge, values: Values) -> None:  # type: ignore[no-untyped-def]
    """Make the resolved table of a target and mark in it what the table would refuse."""
    cursor.execute(f"drop table if exists {merge.staged}")
    cursor.execute(resolution(merge), values)
    for statement in fault_statements(merge):
        cursor.execute(statement)
    while merge.settle:
        cursor.execute(named_sql(merge.model._meta.app_label, merge.settle))
        if not cursor.rowcount:
            break
    cursor.execute(f"create index on {merge.staged} (source_key)")
    cursor.execute(f"analyze {merge.staged}")


def _number(cursor, statement: str, values: Values) -> int:  # type: ignore[no-untyped-def]
    cursor.execute(statement, values)
    return int(cursor.fetchone()[0])


def _faulty_rows(cursor, merge: Merge) -> list[Faulty]:  # type: ignore[no-untyped-def]
    cursor.execute(
        f"select file, line, source_key, fault, coalesce(fault_value, '') from {merge.staged}"
        " where fault is not null and not ends order by file, line"
    )
    return [Faulty(*row) for row in cursor.fetchall()]
