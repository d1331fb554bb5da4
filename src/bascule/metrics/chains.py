"""Stints beside their neighbors: what the rules over a whole snapshot share.

A chain is one student's stints in order of time; they never overlap (`roster.stints`).
"""

import ibis
import ibis.expr.types as ir

from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import Rule

ONE_DAY = ibis.interval(days=1)
NEIGHBORS = "neighbors"


def as_date(value: ir.Value) -> ir.Value:
    """Return a date again after date arithmetic, which some engines answer with a timestamp."""
    return value.cast("timestamp").date()


def neighbors(snapshot: Snapshot) -> ir.Table:
    """Return the stints begun by the snapshot's day, each beside its student's neighbors.

    Columns of the stints, and previous_end, previous_school_id, previous_exit_kind (null: the
    first), next_on, next_school_id (null: the last). Sorting ten years of stints costs more than
    any rule, so it is done once a snapshot and kept as a table of its connection.
    """
    if NEIGHBORS not in snapshot.kept:
        table = snapshot.connection.create_table(NEIGHBORS, _beside_each_other(snapshot))
        snapshot.kept[NEIGHBORS] = table
    return snapshot.kept[NEIGHBORS]


def _beside_each_other(snapshot: Snapshot) -> ir.Table:
    stints = snapshot.stints.filter(snapshot.stints.starts_on <= snapshot.as_of).drop(
        "entry_code", "grade"
    )
    chain = ibis.window(group_by="student_id", order_by="starts_on")
    return stints.mutate(
        previous_end=stints.ends_on.lag().over(chain),
        previous_school_id=stints.school_id.lag().over(chain),
        previous_exit_kind=stints.exit_kind.lag().over(chain),
        next_on=stints.starts_on.lead().over(chain),
        next_school_id=stints.school_id.lead().over(chain),
    )


def departures(snapshot: Snapshot) -> ir.Table:
    """Return the stints ended by the snapshot's day, beside their neighbors."""
    stints = neighbors(snapshot)
    return stints.filter(stints.ends_on.notnull(), stints.ends_on <= snapshot.as_of)


def arrivals_by_move(snapshot: Snapshot, rule: Rule) -> ir.Table:
    """Return the stints reached by a change of school that `rule` does not call a promotion."""
    exits, entries = rule.names("promotional_exits"), rule.names("promotional_entries")
    stints = neighbors(snapshot)
    return stints.filter(
        stints.previous_school_id != stints.school_id,
        stints.previous_exit_kind.isnull() | stints.previous_exit_kind.notin(exits),
        stints.entry_kind.isnull() | stints.entry_kind.notin(entries),
    )
