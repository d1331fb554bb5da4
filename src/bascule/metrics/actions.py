"""Publish the night's figures: open and audited, for schools, networks and the district."""

from collections.abc import Iterator
from datetime import date

from django.db import connection, transaction

from bascule.directory.models import Organization
from bascule.kernel.named_sql import named_sql
from bascule.metrics.catalog import OPENED, Edition, edition
from bascule.metrics.figures import Figure
from bascule.metrics.flows import flows
from bascule.metrics.models import FlowCount, MonthlyMoves, OpenValue, Value
from bascule.metrics.monthly import moves_by_month
from bascule.metrics.profiles import PROFILES
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot


@transaction.atomic
def publish_values(snapshot: Snapshot, *, school_year: int) -> int:
    """Replace the values of one school year by those of the snapshot; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("metrics", "clear_values"), {"school_year": school_year})
    units, published = _units(), 0
    snapshot = snapshot.of_year(school_year)
    for profile in PROFILES:
        found = edition(snapshot, profile, school_year)
        pairs = list(_values(snapshot, found, school_year, units))
        Value.objects.bulk_create([value for value, _ in pairs], batch_size=2000)
        OpenValue.objects.bulk_create([_opened(*pair) for pair in pairs], batch_size=2000)
        _keep_rows(found, [value for value, _ in pairs])
        published += len(pairs)
    return published


@transaction.atomic
def publish_moves(snapshot: Snapshot, *, school_year: int) -> int:
    """Replace the moves by month and the flows of one school year; return how many rows."""
    MonthlyMoves.objects.filter(school_year=school_year).delete()
    FlowCount.objects.filter(school_year=school_year).delete()
    units = _units()
    months = [
        MonthlyMoves(organization=units[unit][row.unit], school_year=school_year, month=row.month,
                     arrived=row.arrived, left=row.left)
        for unit in Unit
        for row in moves_by_month(snapshot, unit, school_year)
        if row.unit in units[unit]
    ]  # fmt: skip
    streams = [
        FlowCount(school_year=school_year, sender=units[unit][flow.sender],
                  receiver=units[unit][flow.receiver], moves=flow.moves)
        for unit in (Unit.NETWORK, Unit.SCHOOL)
        for flow in flows(snapshot, unit, school_year)
        if flow.sender in units[unit] and flow.receiver in units[unit]
    ]  # fmt: skip
    MonthlyMoves.objects.bulk_create(months, batch_size=2000)
    FlowCount.objects.bulk_create(streams, batch_size=5000)
    return len(months) + len(streams)


def years_to_publish(as_of: date) -> list[int]:
    """Return the running school year, and the one before it where nothing of it is published."""
    running = as_of.year + (as_of.month >= 7)
    is_known = Value.objects.filter(school_year=running - 1).exists()
    return [running] if is_known else [running - 1, running]


def _values(
    snapshot: Snapshot, both: Edition, year: int, units: dict[Unit, dict[str, Organization]]
) -> Iterator[tuple[Value, Figure]]:
    """Give each published value with its open figure."""
    for key, levels in both.opened.items():
        for unit, figures in levels.items():
            shown = {each.unit: each for each in both.shown[key][unit]}
            for figure in figures:
                if (organization := units[unit].get(figure.unit)) and figure.num is not None:
                    yield (
                        _value(key, unit, organization, shown[figure.unit], year, snapshot),
                        figure,
                    )


def _value(
    key: str, unit: Unit, organization: Organization, shown: Figure, year: int, snapshot: Snapshot
) -> Value:
    return Value(
        measure=key, profile=shown.profile, version=shown.version, unit_kind=unit.value,
        organization=organization, school_year=year, as_of=snapshot.as_of, numerator=shown.num,
        denominator=shown.den, percent=shown.value, is_hidden=shown.suppressed,
    )  # fmt: skip


def _opened(value: Value, figure: Figure) -> OpenValue:
    return OpenValue(
        value=value, organization_id=value.organization_id, numerator=figure.num or 0,
        denominator=figure.den or 0, percent=figure.value,
    )  # fmt: skip


def _keep_rows(found: Edition, values: list[Value]) -> None:
    """Keep the students whom each school's figure counts."""
    by_key = {
        value.organization.source_key: value
        for value in values
        if value.measure == OPENED and value.unit_kind == Unit.SCHOOL.value
    }
    counted = [
        (by_key[key].pk, student)
        for key, students in found.counted.items()
        if key in by_key
        for student in students
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("metrics", "add_counted"),
            {"values": [value for value, _ in counted], "students": [each for _, each in counted]},
        )


def _units() -> dict[Unit, dict[str, Organization]]:
    """Our organizations by the keys that figures carry, for each kind of unit."""
    kinds = Organization.Kind
    rows = Organization.objects.filter(kind__in=[kinds.SCHOOL, kinds.NETWORK, kinds.DISTRICT])
    found: dict[Unit, dict[str, Organization]] = {unit: {} for unit in Unit}
    for row in rows:
        if row.kind == kinds.SCHOOL:
            found[Unit.SCHOOL][row.source_key] = row
        elif row.kind == kinds.NETWORK:
            found[Unit.NETWORK][row.name] = row
        else:
            found[Unit.DISTRICT]["district"] = row
    return found
