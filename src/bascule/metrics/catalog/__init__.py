"""The declared measures, one file each; `measure` answers, `rows_behind` opens the answer."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from bascule.metrics.declaration import Measure
from bascule.metrics.figures import (
    Figure,
    Rows,
    figure_of,
    figures_by,
    figures_of,
    figures_of_all,
    rows_of,
    rows_of_each,
    with_keys,
)
from bascule.metrics.profiles import PROFILES, Profile
from bascule.metrics.publication import ALL, audited
from bascule.metrics.runs import GROUPS, Unit
from bascule.metrics.snapshot import Snapshot
from bascule.metrics.switchboard import Position, Switchboard, switchboard
from bascule.metrics.tallies import sums_of_all

Levels = dict[Unit, list[Figure]]


@dataclass(frozen=True)
class Edition:
    """All figures of one profile and year by measure key and unit: `opened` for those who may
    open the rows, `shown` for everybody else. `rows` are the students whom each school's figure
    counts, by measure and the school's key; where it counts nearly everybody, whom it does not.
    """

    opened: dict[str, Levels]
    shown: dict[str, Levels]
    rows: dict[str, dict[str, tuple[int, ...]]]


CATALOG: dict[str, Measure] = {
    name: import_module(f"{__name__}.{name}").MEASURE for _, name, _ in iter_modules(__path__)
}


def measure(
    snapshot: Snapshot,
    key: str,
    profile: str,
    unit: Unit | str,
    year: int,
    group: str | None = None,
    month: int | None = None,
) -> list[Figure]:
    """Return the open figures of measure `key` under `profile`, one per unit, by the unit's key.

    `year` is the school year (the year it ends in); `group` a flag of the students table
    ("iep") or a value of one ("race=Black"); `month` 1-12 makes the figure cumulative to that
    month's end. Nothing is suppressed here: `measure_audited` gives what everybody may see.

    Raises KeyError for an unknown measure or profile, UndefinedMeasureError where the authority
    does not define the measure, ValueError for another unit, group, month or year.
    """
    declared, parameters, grain = _looked_up(key, profile, unit)
    tally = declared.expression(snapshot, parameters, grain, year, group, month)
    return figures_of(tally, snapshot, parameters, grain)


def measure_audited(
    snapshot: Snapshot,
    key: str,
    profile: str,
    unit: Unit | str,
    year: int,
    month: int | None = None,
) -> list[Figure]:
    """Return the figures of `measure` as everybody may see them: hidden where they would tell.

    Arguments and errors are those of `measure`. Whichever unit is asked for, schools, networks
    and the district are protected together, so the answers agree.
    """
    _, _, grain = _looked_up(key, profile, unit)
    return _all_audited(snapshot, key, profile, year, month)[grain]


def measure_by(
    snapshot: Snapshot,
    key: str,
    profile: str,
    unit: Unit | str,
    year: int,
    by: str,
    month: int | None = None,
) -> dict[str, list[Figure]]:
    """Return the open figures of `measure` for each value of student attribute `by`.

    `by` is one of `runs.GROUPS`; ValueError for another. Students without a value are "unknown".
    """
    declared, parameters, grain = _looked_up(key, profile, unit, by)
    tally = declared.expression(snapshot, parameters, grain, year, None, month)
    return figures_by(tally, snapshot, parameters, grain, by)


def measure_by_audited(
    snapshot: Snapshot,
    key: str,
    profile: str,
    unit: Unit | str,
    year: int,
    by: str,
    month: int | None = None,
) -> dict[str, list[Figure]]:
    """Return the figures of `measure_by` as everybody may see them.

    The figures of all students (`measure_audited`) count as public already: a group is hidden
    rather than a number that everybody has.
    """
    _, parameters, grain = _looked_up(key, profile, unit, by)
    by_unit = {each: measure_by(snapshot, key, profile, each, year, by, month) for each in Unit}
    values = sorted({value for found in by_unit.values() for value in found})
    groups = {
        value: {each: found.get(value, []) for each, found in by_unit.items()} for value in values
    }
    public = _all_audited(snapshot, key, profile, year, month)
    answers = audited(groups, _network_of(snapshot), parameters, public)
    return {value: figures[grain] for value, figures in answers.items()}


def edition(snapshot: Snapshot, profile: str, year: int, month: int | None = None) -> Edition:
    """Return every measure that `profile` defines, open and audited, for all units: one night's.

    One pass over the year; keys that share a definition (Georgia's churn is its mobility) are
    audited once. The figures are those of `measure`. Errors as `measure`.
    """
    parameters, network_of = PROFILES[profile], _network_of(snapshot)
    definitions, sums = sums_of_all(snapshot, parameters, year, month)
    rows = snapshot.rows(with_keys(sums, snapshot))
    opened = figures_of_all(definitions, rows, parameters)
    shown = {
        definition: audited({ALL: levels}, network_of, parameters)[ALL]
        for definition, levels in opened.items()
    }
    keys = parameters.definitions.keys() & CATALOG.keys()
    return Edition(
        {key: opened[parameters.definition(key)] for key in keys},
        {key: shown[parameters.definition(key)] for key in keys},
        {key: _students(rows, definitions.index(parameters.definition(key))) for key in keys},
    )


def _students(rows: list[dict[str, Any]], place: int) -> dict[str, tuple[int, ...]]:
    """Return by the school's key whom the figures of the definition at `place` open to."""
    named = f"students_{place}"
    return {row["unit"]: tuple(sorted(row[named])) for row in rows if row[named]}


def editions_of(snapshot: Snapshot, year: int) -> dict[str, Edition]:
    """Return the edition of every profile, by its key, from the stints of the year alone."""
    of_year = snapshot.of_year(year)
    return {profile: edition(of_year, profile, year) for profile in PROFILES}


def rows_behind_each(
    snapshot: Snapshot, key: str, profile: str, unit: Unit | str, year: int
) -> dict[str, Rows]:
    """Return `rows_behind` of every unit at once, by the unit's key: one query, not hundreds."""
    declared, parameters, grain = _looked_up(key, profile, unit)
    tally = declared.expression(snapshot, parameters, grain, year, None, None)
    return rows_of_each(tally, snapshot, grain)


def rows_behind(
    snapshot: Snapshot,
    key: str,
    profile: str,
    unit: Unit | str,
    year: int,
    unit_key: str,
    group: str | None = None,
    month: int | None = None,
) -> Rows:
    """Return the students behind the figure that `measure` gives for unit `unit_key`.

    The ids are surrogates of the snapshot; a caller shows them through Policy alone.
    """
    declared, parameters, grain = _looked_up(key, profile, unit)
    tally = declared.expression(snapshot, parameters, grain, year, group, month)
    return rows_of(tally, snapshot, grain, unit_key)


def switchboard_of(
    snapshot: Snapshot, unit: Unit | str, unit_key: str, year: int, key: str = "mobility"
) -> Switchboard:
    """Return one unit's figure and students under every profile that defines measure `key`.

    Open rows: for those who may see the students alone. Errors as `measure`.
    """
    return switchboard([
        _position(snapshot, key, profile, Unit(unit), unit_key, year)
        for profile in CATALOG[key].profiles
    ])  # fmt: skip


def _position(
    snapshot: Snapshot, key: str, profile: str, unit: Unit, unit_key: str, year: int
) -> Position:
    declared, parameters, grain = _looked_up(key, profile, unit)
    tally = declared.expression(snapshot, parameters, grain, year, None, None)
    rows = rows_of(tally, snapshot, grain, unit_key)
    figure = figure_of(unit_key, rows, parameters) if rows.numerator or rows.denominator else None
    return Position(profile, parameters.definition(key).title, figure, rows)


def _open_levels(
    snapshot: Snapshot, key: str, profile: str, year: int, month: int | None
) -> Levels:
    return {each: measure(snapshot, key, profile, each, year, month=month) for each in Unit}


def _all_audited(
    snapshot: Snapshot, key: str, profile: str, year: int, month: int | None
) -> Levels:
    opened = _open_levels(snapshot, key, profile, year, month)
    return audited({ALL: opened}, _network_of(snapshot), PROFILES[profile])[ALL]


def _looked_up(
    key: str, profile: str, unit: Unit | str, by: str | None = None
) -> tuple[Measure, Profile, Unit]:
    declared, parameters, grain = CATALOG[key], PROFILES[profile], Unit(unit)
    if grain not in declared.grain:
        raise ValueError(f"{key} is not declared for {grain}")
    if by is not None and by not in GROUPS:
        raise ValueError(f"no group {by}; there are {', '.join(GROUPS)}")
    return declared, parameters, grain


def _network_of(snapshot: Snapshot) -> dict[str, str | None]:
    schools = snapshot.schools.select("key", "network", "network_id")
    return {
        row["key"]: row["network"] if row["network_id"] is not None else None
        for row in snapshot.rows(schools)
    }
