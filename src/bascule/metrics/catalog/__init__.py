"""The declared measures, one file each; `measure` answers, `rows_behind` opens the answer."""

from importlib import import_module
from pkgutil import iter_modules

from bascule.metrics.declaration import Measure
from bascule.metrics.figures import Figure, Rows, figures_of, rows_of
from bascule.metrics.profiles import PROFILES, Profile
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot

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
    month's end. Nothing is suppressed here: `metrics.publication` makes the audited version.

    Raises KeyError for an unknown measure or profile, UndefinedMeasureError where the authority
    does not define the measure, ValueError for another unit, group, month or year.
    """
    declared, parameters, grain = _looked_up(key, profile, unit)
    tally = declared.expression(snapshot, parameters, grain, year, group, month)
    return figures_of(tally, snapshot, parameters, grain)


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


def _looked_up(key: str, profile: str, unit: Unit | str) -> tuple[Measure, Profile, Unit]:
    declared, parameters, grain = CATALOG[key], PROFILES[profile], Unit(unit)
    if grain not in declared.grain:
        raise ValueError(f"{key} is not declared for {grain}")
    return declared, parameters, grain
