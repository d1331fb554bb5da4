"""Stints beside their neighbors: the window expressions that rules and measures share.

A chain is one student's stints in order of time; they never overlap (`roster.stints`).
"""

import ibis
import ibis.expr.types as ir

from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import Rule

ONE_DAY = ibis.interval(days=1)


def as_date(value: ir.Value) -> ir.Value:
    """Return a date again after date arithmetic, which some engines answer with a timestamp."""
    return value.cast("timestamp").date()


def known_stints(snapshot: Snapshot) -> ir.Table:
    """Return the stints that have begun by the snapshot's day."""
    return snapshot.stints.filter(snapshot.stints.starts_on <= snapshot.as_of)


def with_next(stints: ir.Table) -> ir.Table:
    """Add the following stint of the same student as next_on, next_school_id (null: none)."""
    chain = ibis.window(group_by="student_id", order_by="starts_on")
    return stints.mutate(
        next_on=stints.starts_on.lead().over(chain),
        next_school_id=stints.school_id.lead().over(chain),
    )


def with_previous(stints: ir.Table) -> ir.Table:
    """Add the preceding stint's previous_end, previous_school_id, previous_exit_kind."""
    chain = ibis.window(group_by="student_id", order_by="starts_on")
    return stints.mutate(
        previous_end=stints.ends_on.lag().over(chain),
        previous_school_id=stints.school_id.lag().over(chain),
        previous_exit_kind=stints.exit_kind.lag().over(chain),
    )


def departures(snapshot: Snapshot) -> ir.Table:
    """Return the stints ended by the snapshot's day, beside the stint that follows."""
    stints = with_next(known_stints(snapshot))
    return stints.filter(stints.ends_on.notnull(), stints.ends_on <= snapshot.as_of)


def is_move(stints: ir.Table, rule: Rule) -> ir.Value:
    """Say whether a stint (`with_previous`) was reached by a non-promotional change of school."""
    exits, entries = rule.names("promotional_exits"), rule.names("promotional_entries")
    return (
        (stints.previous_school_id != stints.school_id)
        & (stints.previous_exit_kind.isnull() | stints.previous_exit_kind.notin(exits))
        & (stints.entry_kind.isnull() | stints.entry_kind.notin(entries))
    )
