"""Figures: one unit's numerator, denominator and value, and the students behind them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from bascule.metrics.profiles import Definition, Profile
from bascule.metrics.rounding import percent
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot

DISTRICT = "district"


@dataclass(frozen=True)
class Figure:
    """One number: `unit` is a school's or network's key or "district", `value` in percent.

    `value` is None where the denominator is 0 (a rate of nobody is missing, not zero); num, den
    and value are None where `suppressed`.
    """

    unit: str
    num: int | None
    den: int | None
    value: Decimal | None
    suppressed: bool
    profile: str
    version: int

    def hidden(self) -> "Figure":
        """Return this figure without its numbers."""
        return replace(self, num=None, den=None, value=None, suppressed=True)


@dataclass(frozen=True)
class Rows:
    """The surrogate ids behind one figure, a student as often as the figure counts the student."""

    numerator: tuple[int, ...]
    denominator: tuple[int, ...]


def figures_of(tally: ir.Table, snapshot: Snapshot, profile: Profile, unit: Unit) -> list[Figure]:
    """Sum a tally (`metrics.tallies`) to open figures, one per unit with members, by key."""
    sums = tally.group_by("unit_id").agg(num=tally.counted.sum(), den=tally.in_base.sum())
    keyed = with_keys(sums, snapshot, unit).select("unit", "num", "den")
    figures = [
        _figure(row["unit"], int(row["num"]), int(row["den"]), profile)
        for row in snapshot.rows(keyed)
    ]
    return sorted(figures, key=lambda figure: figure.unit)


def figures_of_all(
    definitions: Sequence[Definition], rows: Iterable[Mapping[str, Any]], profile: Profile
) -> dict[Definition, dict[Unit, list[Figure]]]:
    """Turn the rows of `tallies.sums_of_all`, with `unit`, into open figures, by the unit's key."""
    found: dict[Definition, dict[Unit, list[Figure]]] = {
        definition: {unit: [] for unit in Unit} for definition in definitions
    }
    for row in sorted(rows, key=lambda row: row["unit"]):
        for place, definition in enumerate(definitions):
            num, den = int(row[f"num_{place}"]), int(row[f"den_{place}"])
            if num or den:
                figure = _figure(row["unit"], num, den, profile)
                found[definition][Unit(row["unit_kind"])].append(figure)
    return found


def figures_by(
    tally: ir.Table, snapshot: Snapshot, profile: Profile, unit: Unit, attribute: str
) -> dict[str, list[Figure]]:
    """Sum a tally to open figures for each value of a student attribute ("unknown" for none).

    `attribute` is one of `runs.GROUPS`; a flag's values are "true" and "false".
    """
    values = snapshot.students[attribute].cast("string").fill_null("unknown")
    grouped = tally.inner_join(
        snapshot.students.select("student_id", group_value=values), "student_id"
    )
    sums = grouped.group_by("unit_id", "group_value").agg(
        num=grouped.counted.sum(), den=grouped.in_base.sum()
    )
    keyed = with_keys(sums, snapshot, unit).select("group_value", "unit", "num", "den")
    found: dict[str, list[Figure]] = {}
    for row in snapshot.rows(keyed.order_by("group_value", "unit")):
        figure = _figure(row["unit"], int(row["num"]), int(row["den"]), profile)
        found.setdefault(row["group_value"], []).append(figure)
    return found


def rows_of(tally: ir.Table, snapshot: Snapshot, unit: Unit, key: str) -> Rows:
    """Return the students behind the figure of unit `key`; empty for an unknown key."""
    keyed = with_keys(tally, snapshot, unit)
    return _rows_by_unit(keyed.filter(keyed.unit == key), snapshot).get(key, Rows((), ()))


def rows_of_each(tally: ir.Table, snapshot: Snapshot, unit: Unit) -> dict[str, Rows]:
    """Return the students behind every unit's figure, by the unit's key."""
    return _rows_by_unit(with_keys(tally, snapshot, unit), snapshot)


def _rows_by_unit(keyed: ir.Table, snapshot: Snapshot) -> dict[str, Rows]:
    counted: dict[str, tuple[list[int], list[int]]] = {}
    columns = keyed.select("unit", "student_id", "counted", "in_base")
    for row in snapshot.rows(columns.order_by("unit", "student_id")):
        numerator, denominator = counted.setdefault(row["unit"], ([], []))
        numerator += [row["student_id"]] * row["counted"]
        denominator += [row["student_id"]] * row["in_base"]
    return {unit: Rows(tuple(num), tuple(den)) for unit, (num, den) in counted.items()}


def figure_of(unit: str, rows: Rows, profile: Profile) -> Figure:
    """Return the open figure that `rows` add up to."""
    return _figure(unit, len(rows.numerator), len(rows.denominator), profile)


def to_json(figures: Iterable[Figure]) -> str:
    """Print figures as a JSON list; value as a number with the profile's decimals, or null."""
    return json.dumps([
        {
            "unit": figure.unit,
            "num": figure.num,
            "den": figure.den,
            "value": None if figure.value is None else float(figure.value),
            "suppressed": figure.suppressed,
            "profile": figure.profile,
            "version": figure.version,
        }
        for figure in figures
    ])  # fmt: skip


def _figure(unit: str, num: int, den: int, profile: Profile) -> Figure:
    value = percent(num, den, profile.places) if den > 0 else None
    return Figure(unit, num, den, value, False, profile.key, profile.version)


def with_keys(table: ir.Table, snapshot: Snapshot, unit: Unit | None = None) -> ir.Table:
    """Add `unit`, the key or name that people use, to a table with a `unit_id`.

    Without `unit` the table has units of every kind, and a `unit_kind` that tells them apart.
    """
    if unit is not None:
        return table.inner_join(_keys(snapshot, unit).drop("unit_kind"), "unit_id")
    every = ibis.union(*(_keys(snapshot, each) for each in Unit))
    return table.inner_join(every, ["unit_kind", "unit_id"])


def _keys(snapshot: Snapshot, unit: Unit) -> ir.Table:
    """Return unit_kind, unit_id and unit of all units of one kind."""
    schools, kind = snapshot.schools, ibis.literal(str(unit))
    if unit is Unit.SCHOOL:
        return schools.select(unit_kind=kind, unit_id="school_id", unit="key")
    if unit is Unit.NETWORK:
        networks = schools.filter(schools.network_id.notnull())
        return networks.select(unit_kind=kind, unit_id="network_id", unit="network").distinct()
    whole = ibis.literal(0, "int64"), ibis.literal(DISTRICT)
    return schools.select(unit_kind=kind, unit_id=whole[0], unit=whole[1]).distinct()
