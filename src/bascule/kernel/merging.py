"""Merge what a source reports into one of our tables: new, changed, unchanged, ended.

The rows wait in `stage.resolved_<target>`, typed and with our own ids; a row that cannot be
loaded carries a `fault` there. Only rows that differ are written. A row that is reported no more
ends (`ended_at`) and never vanishes; one that is reported again lives on under the same id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, models

from bascule.kernel.named_sql import named_sql

BLANK = {
    models.UUIDField: "gen_random_uuid()",
    models.CharField: "''",
    models.BooleanField: "false",
}
"""What a new row holds where nothing is reported and the column needs a value."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Merge:
    """How the rows of one target reach one table.

    `owned` are the columns that the feed owns, as declared in `feeds.targets.FEED_OWNED`: a word
    that ends in `?` names a column in which a blank leaves what is known. `derived` columns are
    written with them, `first` columns when a row is new, both as SQL over `staged`. `missing_where`
    says, over `known`, which rows end by being left out of a complete package; `running`, which
    rows have not run out by themselves: only those count for the brakes.
    """

    target: str
    model: type[models.Model]
    resolve: str
    owned: Sequence[str] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    missing_where: str = "true"
    running: str = "true"

    @property
    def table(self) -> str:
        """Return the table that the rows reach."""
        return self.model._meta.db_table

    @property
    def staged(self) -> str:
        """Return the table in which the resolved rows wait."""
        return f"stage.resolved_{self.target}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the owned columns without their marks."""
        return tuple(word.rstrip("?") for word in self.owned)


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
    held before, how many were `cut` off."""

    counts: dict[str, int]
    faulty: list[Faulty]
    running: int
    cut: int


def merge_reported(merge: Merge, *, source: str, at: datetime, complete: bool) -> Merged:
    """Resolve the staged rows of a target and merge them into its table.

    `complete` says that the package names every row of the source, so that a known one which it
    does not name has ended; a row kept back counts as named. Run inside the load's transaction.
    """
    values: Values = {"source": source, "at": at, "target": merge.target}
    app = merge.model._meta.app_label
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {merge.staged}")
        cursor.execute(named_sql(app, merge.resolve), values)
        for statement in _fault_statements(merge):
            cursor.execute(statement)
        cursor.execute(f"create index on {merge.staged} (source_key)")
        cursor.execute(f"analyze {merge.staged}")
        running = _number(cursor, _running(merge), values)
        sound = _number(cursor, _sound(merge), values)
        changed = _number(cursor, _update(merge), values)
        cursor.execute(_ending(merge, complete), values)
        [(ended, cut)] = cursor.fetchall()
        new = _number(cursor, _insertion(merge), values)
        counts = {"new": new, "changed": changed, "unchanged": sound - new - changed}
        return Merged({**counts, "ended": ended}, _faulty_rows(cursor, merge), running, cut)


def _number(cursor, statement: str, values: Values) -> int:  # type: ignore[no-untyped-def]
    cursor.execute(statement, values)
    return int(cursor.fetchone()[0])


def _running(merge: Merge) -> str:
    return (
        f"select count(*) from {merge.table} known where source = %(source)s"
        f" and ended_at is null and ({merge.running})"
    )


def _sound(merge: Merge) -> str:
    return f"select count(*) from {merge.staged} where fault is null and not ends"


def _faulty_rows(cursor, merge: Merge) -> list[Faulty]:  # type: ignore[no-untyped-def]
    cursor.execute(
        f"select file, line, source_key, fault, coalesce(fault_value, '') from {merge.staged}"
        " where fault is not null and not ends order by file, line"
    )
    return [Faulty(*row) for row in cursor.fetchall()]


def _fault_statements(merge: Merge) -> Iterator[str]:
    """Mark what the table would refuse: texts that are too long, and keys that stand twice."""
    for name in merge.columns:
        limit = _field(merge, name).max_length
        if limit:
            yield (
                f"update {merge.staged} set fault = 'too-long', fault_value = {name}"
                f" where fault is null and length({name}) > {limit}"
            )
    yield f"""
        with repeated as (
          select source_key from {merge.staged} group by 1 having count(*) > 1
        ), ranked as (
          select staged.ctid, row_number() over (
                   partition by source_key order by fault is null desc, file desc, line desc
                 ) as place
          from {merge.staged} staged join repeated using (source_key)
        )
        update {merge.staged} staged set fault = 'repeated-row', fault_value = source_key
        from ranked where ranked.ctid = staged.ctid and ranked.place > 1 and fault is null
    """


def _field(merge: Merge, column: str) -> "models.Field[object, object]":
    return next(each for each in merge.model._meta.concrete_fields if each.column == column)


def _blank(column: "models.Field[object, object]") -> str | None:
    """What a new row holds in a column of which nothing is reported; None where null may stand."""
    if column.null or column.primary_key:
        return None
    return next((text for kind, text in BLANK.items() if isinstance(column, kind)), None)


def _insertion(merge: Merge) -> str:
    given = {"source_key": "staged.source_key", "source": "%(source)s", "changed_at": "%(at)s"}
    for name in merge.columns:
        blank = _blank(_field(merge, name))
        given[name] = f"coalesce(staged.{name}, {blank})" if blank else f"staged.{name}"
    given |= {**merge.derived, **merge.first}
    for column in merge.model._meta.concrete_fields:
        blank = _blank(column)
        if blank and str(column.column) not in given:
            given[str(column.column)] = blank
    return _counted(
        f"insert into {merge.table} ({', '.join(given)}) select {', '.join(given.values())}"
        f" from {merge.staged} staged where fault is null and not ends and not exists ("
        f"select from {merge.table} known where known.source = %(source)s"
        " and known.source_key = staged.source_key) order by staged.line"
    )


def _counted(statement: str) -> str:
    return f"with written as ({statement} returning 1) select count(*) from written"


def _update(merge: Merge) -> str:
    """Correct the rows in which an owned column differs, and revive the ended ones."""
    reported = {}
    for word in merge.owned:
        name = word.rstrip("?")
        blank = "known." + name if word.endswith("?") else _blank(_field(merge, name))
        reported[name] = f"coalesce(staged.{name}, {blank})" if blank else f"staged.{name}"
    given = reported | dict(merge.derived)
    assigned = ", ".join(f"{name} = {value}" for name, value in given.items())
    known = ", ".join(f"known.{name}" for name in reported)
    return _counted(
        f"update {merge.table} known set {assigned}, changed_at = %(at)s, ended_at = null"
        f" from {merge.staged} staged where known.source = %(source)s"
        " and known.source_key = staged.source_key and staged.fault is null and not staged.ends"
        f" and (row({known}) is distinct from row({', '.join(reported.values())})"
        " or known.ended_at is not null)"
    )


def _ending(merge: Merge, complete: bool) -> str:
    """End what is to be deleted and, in a complete package, what it does not name."""
    named = f"select from {merge.staged} staged where staged.source_key = known.source_key"
    gone = f"exists ({named} and staged.ends)"
    if complete:
        kept_back = "select from stage.rejected kept where kept.target = %(target)s"
        gone += (
            f" or ({merge.missing_where}) and not exists ({named})"
            f" and not exists ({kept_back} and kept.key = known.source_key)"
            f" and not exists ({kept_back} and kept.key like '%%|'"
            " and known.source_key ^@ kept.key)"
        )
    return (
        f"with gone as (update {merge.table} known set ended_at = %(at)s, changed_at = %(at)s"
        f" where known.source = %(source)s and known.ended_at is null and ({gone})"
        f" returning ({merge.running}) as was_running)"
        " select count(*), count(*) filter (where was_running) from gone"
    )
