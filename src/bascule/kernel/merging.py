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
from bascule.kernel.row_digests import fresh_rows

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
    rows have not run out by themselves: only those count for the brakes, also school by school
    where `school` says whose a row is.
    """

    target: str
    model: type[models.Model]
    resolve: str
    owned: Sequence[str] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    missing_where: str = "true"
    running: str = "true"
    school: str = "null::bigint"
    has_own_keys: bool = False  # the resolved rows have other keys than the staged ones
    settle: str = ""  # SQL that marks rows whose own kind is at fault, until it finds no more

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
    values: Values = {"source": source, "at": at, "target": merge.target}
    with connection.cursor() as cursor:
        same = 0 if merge.has_own_keys else _leave_out_same(cursor, merge, values)
        _resolve(cursor, merge, values)
        running = _number(cursor, _running(merge), values)
        sound = _number(cursor, _sound(merge), values)
        changed = _number(cursor, _update(merge), values)
        cursor.execute(_digest_update(merge), values)
        cursor.execute(_ending(merge, complete), values)
        endings = cursor.fetchall()
        ended, cut = sum(row[1] for row in endings), sum(row[2] for row in endings)
        cut_by_school = _cut_by_school(cursor, merge, values, endings)
        new = _number(cursor, _insertion(merge), values)
        counts = {"new": new, "changed": changed, "unchanged": same + sound - new - changed}
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


def _leave_out_same(cursor, merge: Merge, values: Values) -> int:  # type: ignore[no-untyped-def]
    """Put the rows that say something new beside the staged ones; count the others."""
    cursor.execute(f"select * from stage.{merge.target} limit 0")
    columns = [each[0] for each in cursor.description if each[0] not in ("file", "line", "key")]
    cursor.execute(f"drop table if exists stage.fresh_{merge.target}")
    way = f"{_resolution(merge)} {merge.owned} {merge.derived}"
    cursor.execute(fresh_rows(merge.target, merge.table, columns, way), values)
    cursor.execute(f"analyze stage.fresh_{merge.target}")
    cursor.execute(
        f"select (select count(*) from stage.{merge.target})"
        f" - (select count(*) from stage.fresh_{merge.target})"
    )
    return int(cursor.fetchone()[0])


def _resolution(merge: Merge) -> str:
    return named_sql(merge.model._meta.app_label, merge.resolve)


def _resolve(cursor, merge: Merge, values: Values) -> None:  # type: ignore[no-untyped-def]
    """Make the resolved table of a target and mark in it what the table would refuse."""
    cursor.execute(f"drop table if exists {merge.staged}")
    cursor.execute(_resolution(merge), values)
    for statement in _fault_statements(merge):
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
    given = {
        "source_key": "staged.source_key", "source": "%(source)s", "changed_at": "%(at)s",
        "row_digest": "staged.digest",
    }  # fmt: skip
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
    given = _reported(merge) | dict(merge.derived)
    assigned = ", ".join(f"{name} = {value}" for name, value in given.items())
    return _counted(
        f"update {merge.table} known set {assigned}, row_digest = staged.digest,"
        f" changed_at = %(at)s, ended_at = null {_beside_known(merge)}"
        f" and ({_differs(merge)} or known.ended_at is not null)"
    )


def _digest_update(merge: Merge) -> str:
    """Keep the digest of a row that says the same as before in other words."""
    return (
        f"update {merge.table} known set row_digest = staged.digest {_beside_known(merge)}"
        f" and known.row_digest is distinct from staged.digest and not ({_differs(merge)})"
    )


def _reported(merge: Merge) -> dict[str, str]:
    """What each owned column is to hold: a blank is blank, or leaves what is known."""
    found = {}
    for word in merge.owned:
        name = word.rstrip("?")
        blank = "known." + name if word.endswith("?") else _blank(_field(merge, name))
        found[name] = f"coalesce(staged.{name}, {blank})" if blank else f"staged.{name}"
    return found


def _beside_known(merge: Merge) -> str:
    return (
        f"from {merge.staged} staged where known.source = %(source)s"
        " and known.source_key = staged.source_key and staged.fault is null and not staged.ends"
    )


def _differs(merge: Merge) -> str:
    reported = _reported(merge)
    known = ", ".join(f"known.{name}" for name in reported)
    return f"row({known}) is distinct from row({', '.join(reported.values())})"


def _ending(merge: Merge, complete: bool) -> str:
    """End what is to be deleted and, in a complete package, what it does not name."""
    live = f"from {merge.table} known where known.source = %(source)s and known.ended_at is null"
    gone = (
        f"select known.id {live} and exists (select from {merge.staged} staged"
        " where staged.source_key = known.source_key and staged.ends)"
    )
    if complete:
        named = f"stage.{merge.target} named where named.key = known.source_key"
        if merge.has_own_keys:
            named = f"{merge.staged} named where named.source_key = known.source_key"
        kept_back = "select from stage.rejected kept where kept.target = %(target)s"
        gone += (
            f" union select known.id {live} and ({merge.missing_where})"
            f" and not exists (select from {named})"
            f" and not exists ({kept_back} and kept.key = known.source_key)"
            f" and not exists ({kept_back} and kept.key like '%%|'"
            " and known.source_key ^@ kept.key)"
        )
    return (
        f"with gone as ({gone}), ended as (update {merge.table} known"
        " set ended_at = %(at)s, changed_at = %(at)s from gone where gone.id = known.id"
        f" returning ({merge.running}) as was_running, {merge.school} as school_id)"
        " select school_id, count(*), count(*) filter (where was_running) from ended group by 1"
    )
