"""The nightly snapshot: a folder of Parquet files that every measure is computed from.

Surrogate ids only, no names and no notes (design.md, "Decided once"). `ops` writes it; this
module declares its contract and opens it with Ibis on DuckDB. `proofs`, `absences` and `claims`
may be absent: they feed single rules, and an absent file is an empty table.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from bascule.metrics.school_days import DayCount, running_count

# DuckDB folds selects that stand in each other as well: to have Ibis do it first is a quarter of
# what a question costs before it is asked.
ibis.options.sql.fuse_selects = False

SCHEMAS: Mapping[str, pa.Schema] = {
    "stints": pa.schema([
        ("student_id", pa.int64()), ("school_id", pa.int64()), ("school_year", pa.int32()),
        ("starts_on", pa.date32()), ("ends_on", pa.date32()),
        ("entry_code", pa.string()), ("exit_code", pa.string()),
        ("entry_kind", pa.string()), ("exit_kind", pa.string()), ("grade", pa.string()),
    ]),
    "students": pa.schema([
        ("student_id", pa.int64()), ("birth_date", pa.date32()), ("gender", pa.string()),
        ("race", pa.string()), ("low_income", pa.bool_()), ("english_learner", pa.bool_()),
        ("iep", pa.bool_()), ("homeless", pa.bool_()),
    ]),
    "schools": pa.schema([
        ("school_id", pa.int64()), ("key", pa.string()), ("name", pa.string()),
        ("kind", pa.string()), ("is_options", pa.bool_()), ("network_id", pa.int64()),
        ("network", pa.string()),
    ]),
    "days": pa.schema([("day", pa.date32()), ("school_year", pa.int32())]),
    "proofs": pa.schema([
        ("student_id", pa.int64()), ("school_id", pa.int64()), ("exited_on", pa.date32()),
    ]),
    "absences": pa.schema([
        ("student_id", pa.int64()), ("school_id", pa.int64()), ("day_one", pa.date32()),
        ("arrived_on", pa.date32()),
    ]),
    "claims": pa.schema([
        ("student_id", pa.int64()), ("claim_key", pa.string()), ("school_id", pa.int64()),
        ("starts_on", pa.date32()), ("ends_on", pa.date32()),
    ]),
}  # fmt: skip
REQUIRED = ("stints", "students", "schools", "days")


class SnapshotError(ValueError):
    """The folder is not a snapshot as the contract describes it; the message says where."""


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot: its tables as Ibis expressions, and the day it speaks of.

    `kept` holds tables computed once for this connection (`chains.neighbors`).
    """

    folder: Path
    as_of: date
    connection: Any
    stints: ir.Table
    students: ir.Table
    schools: ir.Table
    days: ir.Table
    proofs: ir.Table
    absences: ir.Table
    claims: ir.Table
    calendar: Mapping[int, tuple[date, ...]]
    day_count: DayCount
    kept: dict[str, ir.Table] = field(default_factory=dict)

    def days_in_session(self, school_year: int) -> tuple[date, ...]:
        """Return the district's days in session of one school year in order, none if unknown."""
        return self.calendar.get(school_year, ())

    def of_year(self, school_year: int) -> "Snapshot":
        """Return this snapshot with the stints of one school year alone, kept in memory.

        Measures speak of one year: dozens of questions then read a tenth of ten years of stints.
        """
        name = f"stints_{school_year}"
        if name not in self.kept:
            chosen = self.stints.filter(self.stints.school_year == school_year)
            self.kept[name] = self.connection.create_table(name, chosen, temp=True)
        return replace(self, stints=self.kept[name], kept={})

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """Compute an expression over this snapshot and return its rows as dicts.

        Straight through DuckDB's cursor: Ibis's own fetch imports pandas first, which costs
        seconds at start.
        """
        names = expression.columns
        fetched = self.connection.con.execute(self.connection.compile(expression)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in fetched]


def open_snapshot(folder: Path, threads: int | None = None) -> Snapshot:
    """Open the snapshot in `folder`, with as many `threads` as DuckDB chooses unless said.

    Raises SnapshotError if a required file is missing or a file differs from its contract in a
    column's name or type (the order of the columns does not matter).
    """
    settings = {} if threads is None else {"threads": threads}
    connection = ibis.duckdb.connect(**settings)
    tables = {name: _open_table(connection, folder, name) for name in SCHEMAS}
    calendar = _calendar(folder)
    return Snapshot(
        folder, _as_of(folder), connection, **tables,
        calendar=calendar, day_count=_day_count(connection, calendar),
    )  # fmt: skip


def write_table(folder: Path, name: str, columns: Mapping[str, Sequence[object]]) -> Path:
    """Write one table of the contract from its columns; raises KeyError for an unknown name."""
    target = folder / f"{name}.parquet"
    pq.write_table(pa.table(dict(columns), schema=SCHEMAS[name]), target)
    return target


def write_meta(folder: Path, as_of: date) -> Path:
    """Write meta.json, the last file of a snapshot: without it the folder is not one."""
    target = folder / "meta.json"
    target.write_text(json.dumps({"as_of": as_of.isoformat()}), encoding="utf-8")
    return target


def _as_of(folder: Path) -> date:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return date.fromisoformat(meta["as_of"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(f"{folder / 'meta.json'} does not say as_of: {error}") from error


def _calendar(folder: Path) -> dict[int, tuple[date, ...]]:
    calendar: dict[int, list[date]] = {}
    # ParquetFile, not read_table: the latter imports pandas, which costs seconds at start.
    for row in pq.ParquetFile(folder / "days.parquet").read().to_pylist():
        calendar.setdefault(row["school_year"], []).append(row["day"])
    return {year: tuple(sorted(days)) for year, days in calendar.items()}


def _day_count(connection: Any, calendar: Mapping[int, tuple[date, ...]]) -> DayCount:
    days = [day for of_year in calendar.values() for day in of_year]
    if not days:
        raise SnapshotError("days.parquet names no day in session")
    first, last = min(days) - timedelta(days=1), max(days)
    counts = running_count(connection.table("days"), first, last)
    return DayCount(connection.create_table("day_count", counts), first, last)


def _open_table(connection: Any, folder: Path, name: str) -> ir.Table:
    source, schema = folder / f"{name}.parquet", SCHEMAS[name]
    if source.exists():
        _refuse_other_schema(source, schema)
        return connection.read_parquet(source, table_name=name).select(schema.names)
    if name in REQUIRED:
        raise SnapshotError(f"{source} is missing")
    return connection.create_table(name, schema=ibis.Schema.from_pyarrow(schema), temp=True)


def _refuse_other_schema(source: Path, schema: pa.Schema) -> None:
    found = {column.name: column.type for column in pq.read_schema(source)}
    for column in schema:
        if found.get(column.name) != column.type:
            raise SnapshotError(
                f"{source.name}: column {column.name} is {found.get(column.name, 'missing')}, "
                f"not {column.type}"
            )
