"""Publish the night's figures: open and audited, for schools, networks and the district."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from bascule.directory.models import Organization
from bascule.kernel.named_sql import named_sql
from bascule.kernel.school_calendar import school_year_of
from bascule.metrics.catalog import Edition, editions_of
from bascule.metrics.flows import flows
from bascule.metrics.models import Value
from bascule.metrics.monthly import moves_by_month
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot

Units = dict[Unit, dict[str, Organization]]


@transaction.atomic
def publish_values(
    snapshot: Snapshot, *, school_year: int, editions: Mapping[str, Edition] | None = None
) -> int:
    """Make the values of one school year those of the snapshot; return how many there are.

    What reads as before stays as it is, its rows included: a night changes few of them.
    `editions` are those of `catalog.editions_of`, where they have been computed beside.
    """
    editions = editions or editions_of(snapshot, school_year)
    units, published = _units(), 0
    with connection.cursor() as cursor:
        cursor.execute(
            "drop table if exists pg_temp.value_found, pg_temp.value_gone, pg_temp.value_now"
        )
        cursor.execute(named_sql("metrics", "create_found_values"))
        for found in editions.values():
            published += _copy(cursor, "value_found", _values(found, units, snapshot.as_of))
        cursor.execute("analyze value_found")
        cursor.execute(named_sql("metrics", "keep_values"), {"school_year": school_year})
    return published


@transaction.atomic
def publish_moves(snapshot: Snapshot, *, school_year: int) -> int:
    """Replace the moves by month and the flows of one school year; return how many rows."""
    units = _units()
    months = [
        (units[unit][row.unit].pk, school_year, row.month, row.arrived, row.left)
        for unit in Unit
        for row in moves_by_month(snapshot, unit, school_year)
        if row.unit in units[unit]
    ]
    streams = [
        (school_year, units[unit][flow.sender].pk, units[unit][flow.receiver].pk, flow.moves)
        for unit in (Unit.NETWORK, Unit.SCHOOL)
        for flow in flows(snapshot, unit, school_year)
        if flow.sender in units[unit] and flow.receiver in units[unit]
    ]
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.months_found, pg_temp.flow_found")
        cursor.execute(named_sql("metrics", "create_found_moves"))
        _copy(cursor, "months_found", months)
        _copy(cursor, "flow_found", streams)
        cursor.execute(named_sql("metrics", "keep_moves"), {"school_year": school_year})
    return len(months) + len(streams)


def years_to_publish(as_of: date) -> list[int]:
    """Return the running school year, and the one before it where nothing of it is published."""
    running = school_year_of(as_of)
    is_known = Value.objects.filter(school_year=running - 1).exists()
    return [running] if is_known else [running - 1, running]


def _values(found: Edition, units: Units, as_of: date) -> Iterator[tuple[object, ...]]:
    """Give each value as everybody may see it, with its open figure and a school's rows."""
    for key, levels in found.opened.items():
        rows = {Unit.SCHOOL: found.rows[key]}
        for unit, figures in levels.items():
            for figure, shown in zip(figures, found.shown[key][unit], strict=True):
                if organization := units[unit].get(figure.unit):
                    yield (
                        key, figure.profile, figure.version, unit.value, organization.pk, as_of,
                        shown.num, shown.den, shown.value, shown.suppressed,
                        figure.num, figure.den, figure.value,
                        list(rows.get(unit, {}).get(figure.unit, ())),
                    )  # fmt: skip


def _copy(cursor: Any, table: str, rows: Iterable[tuple[object, ...]]) -> int:
    """COPY rows into a table of this transaction; return how many."""
    count = 0
    with cursor.copy(f"copy {table} from stdin") as stream:
        for row in rows:
            stream.write_row(row)
            count += 1
    return count


def _units() -> Units:
    """Our organizations by the keys that figures carry, for each kind of unit."""
    kinds = Organization.Kind
    rows = Organization.objects.filter(kind__in=[kinds.SCHOOL, kinds.NETWORK, kinds.DISTRICT])
    found: Units = {unit: {} for unit in Unit}
    for row in rows:
        if row.kind == kinds.SCHOOL:
            found[Unit.SCHOOL][row.source_key] = row
        elif row.kind == kinds.NETWORK:
            found[Unit.NETWORK][row.name] = row
        else:
            found[Unit.DISTRICT]["district"] = row
    return found
