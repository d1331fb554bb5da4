"""The form of a declared measure: one catalog file each, everything else is derived from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import ibis.expr.types as ir

from bascule.metrics.profiles import PROFILES, Counts, Profile
from bascule.metrics.runs import Unit
from bascule.metrics.snapshot import Snapshot
from bascule.metrics.tallies import tallies

Expression = Callable[[Snapshot, Profile, Unit, int, str | None, int | None], ir.Table]

EVENTS = (Counts.MOVES, Counts.ENTRIES, Counts.EXITS)


@dataclass(frozen=True)
class Measure:
    """A declared measure.

    `expression` returns one row per student and unit (`metrics.tallies`); `profiles` names the
    authorities that define it; `steward` is the position that answers for the definition;
    `suppression` says in words what is never shown to those who may not open the rows.
    """

    key: str
    question: str
    grain: tuple[Unit, ...]
    profiles: tuple[str, ...]
    suppression: str
    steward: str
    expression: Expression


def tallied(key: str) -> Expression:
    """Return the expression of measure `key` as each profile defines it.

    The expression raises UndefinedMeasureError for a profile that does not define `key`.
    """
    return partial(_tallied, key)


def defining(key: str) -> tuple[str, ...]:
    """Return the keys of the profiles that define measure `key`."""
    return tuple(name for name, profile in PROFILES.items() if key in profile.definitions)


def _tallied(
    key: str,
    snapshot: Snapshot,
    profile: Profile,
    unit: Unit,
    year: int,
    group: str | None,
    month: int | None,
) -> ir.Table:
    return tallies(snapshot, profile, profile.definition(key), unit, year, group, month)
