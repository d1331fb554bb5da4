"""Moves in a school year over a whole snapshot: `roster.moves.count_moves` as an Ibis expression.

The two agree on every student (`tests/soak/test_moves_at_scale.py`, 100,000 of them).
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from bascule.roster.moves import EARLY_EXIT, LATE_ENTRY, NEW_SCHOOL, UNSEEN_SCHOOL


def count_moves(stints: ir.Table, enroll_by: date, exit_by: date, gap_days: int = 14) -> ir.Table:
    """Return (student_id, moves) for the students of a table of one school year's stints.

    `stints` has student_id, school_id, starts_on and ends_on; a missing date makes the student's
    count null. Limits and their meaning are those of `roster.moves.count_moves`; ValueError if
    `gap_days` < 1.
    """
    if gap_days < 1:
        raise ValueError("gap_days must be at least 1")
    by_entry = {
        "group_by": "student_id",
        "order_by": ["starts_on", "ends_on", stints.school_id.cast("string")],
    }
    before = ibis.window(**by_entry, preceding=(None, 1))
    beside = stints.mutate(
        previous_school=stints.school_id.lag().over(ibis.window(**by_entry)),
        left_on=stints.ends_on.max().over(before),
    )
    gap = beside.starts_on.delta(beside.left_on, unit="day")
    is_new = (beside.previous_school != beside.school_id).ifelse(NEW_SCHOOL, 0)
    between = (gap >= gap_days).ifelse(UNSEEN_SCHOOL, is_new)
    switched = beside.mutate(between=beside.left_on.isnull().ifelse(0, between))
    missing = (switched.starts_on.isnull() | switched.ends_on.isnull()).any()
    moves = (
        switched.between.sum()
        + (switched.starts_on.min() > enroll_by).ifelse(LATE_ENTRY, 0)
        + (switched.ends_on.max() < exit_by).ifelse(EARLY_EXIT, 0)
    )
    counted = missing.ifelse(ibis.null("int64"), moves.cast("int64"))
    return switched.group_by("student_id").agg(moves=counted)
