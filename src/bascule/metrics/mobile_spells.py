"""Spells of being highly mobile over a whole snapshot (rule `highly_mobile`).

With n moves needed inside m months, the n-th last move plus m months is the day on which the
count expires; a student is highly mobile while the later of the two expiries lies ahead.
"""

import ibis
import ibis.expr.types as ir

from bascule.metrics.chains import ONE_DAY, arrivals_by_move, as_date, neighbors
from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import HIGHLY_MOBILE, Rule

_LONG_AGO = ibis.date(1800, 1, 1)


def highly_mobile(snapshot: Snapshot, rule: Rule = HIGHLY_MOBILE) -> ir.Table:
    """Return each spell of being highly mobile (see `roster.flags.highly_mobile`)."""
    arrivals = arrivals_by_move(snapshot, rule)
    moves = arrivals.select("student_id", "school_id", moved_on="starts_on")
    spells = _with_moves(_spells(moves, rule), moves, rule)
    counted = _with_days_out(spells, _returns(snapshot), rule)
    is_over = counted.expires_on <= snapshot.as_of
    ended_on = is_over.ifelse(counted.expires_on - ONE_DAY, ibis.null("date"))
    return counted.mutate(ended_on=as_date(ended_on)).drop("expires_on", "latest")


def _spells(moves: ir.Table, rule: Rule) -> ir.Table:
    """Return one row per spell: student_id, school_id, began_on, latest move, expires_on."""
    history = ibis.window(group_by="student_id", order_by="moved_on")
    expiries = [
        moves.moved_on.lag(rule.number(f"moves_{window}") - 1).over(history)
        + ibis.interval(months=rule.number(f"months_{window}"))
        for window in ("short", "long")
    ]
    dated = moves.mutate(
        expires_on=as_date(ibis.greatest(*(ibis.coalesce(end, _LONG_AGO) for end in expiries)))
    )
    before = ibis.coalesce(dated.expires_on.lag().over(history), _LONG_AGO)
    is_new = (dated.expires_on > dated.moved_on) & (before <= dated.moved_on)
    marked = dated.mutate(is_new=is_new.cast("int64"))
    active = marked.mutate(spell=marked.is_new.sum().over(
        ibis.cumulative_window(group_by="student_id", order_by="moved_on")
    )).filter(marked.expires_on > marked.moved_on)  # fmt: skip
    return active.group_by("student_id", "spell").agg(
        school_id=active.school_id.argmin(active.moved_on),
        began_on=active.moved_on.min(),
        latest=active.moved_on.max(),
        expires_on=active.expires_on.max(),
    ).drop("spell")  # fmt: skip


def _with_moves(spells: ir.Table, moves: ir.Table, rule: Rule) -> ir.Table:
    """Count the moves in both windows that end with the spell's latest move."""
    joined = spells.inner_join(
        moves.select("student_id", "moved_on"),
        [spells.student_id == moves.student_id, moves.moved_on <= spells.latest],
    )
    recent = {
        f"moves_{window}": _is_recent(joined.moved_on, joined.latest, rule, window).sum()
        for window in ("short", "long")
    }
    return joined.group_by(*spells.columns).agg(**recent)


def _returns(snapshot: Snapshot) -> ir.Table:
    """Return (student_id, returned_on, missed) of each return after missed school days."""
    stints = neighbors(snapshot)
    apart = stints.filter(stints.starts_on > stints.previous_end + ONE_DAY)
    spans = apart.select("student_id", "previous_end", returned_on="starts_on")
    counted = snapshot.day_count.with_days_between(
        spans, spans.previous_end + ONE_DAY, spans.returned_on - ONE_DAY, "missed"
    )
    return counted.filter(counted.missed > 0).select("student_id", "returned_on", "missed")


def _with_days_out(spells: ir.Table, returns: ir.Table, rule: Rule) -> ir.Table:
    """Add the school days missed before the returns inside the short window."""
    joined = spells.left_join(
        returns.rename(_student="student_id"),
        [spells.student_id == returns.student_id, returns.returned_on <= spells.latest],
    )
    is_recent = _is_recent(joined.returned_on, joined.latest, rule, "short")
    missed = ibis.coalesce(joined.missed.sum(where=is_recent), 0)
    return joined.group_by(*spells.columns).agg(days_out=missed)


def _is_recent(day: ir.Value, latest: ir.Value, rule: Rule, window: str) -> ir.Value:
    return day + ibis.interval(months=rule.number(f"months_{window}")) > latest
