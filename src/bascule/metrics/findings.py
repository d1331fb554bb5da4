"""The declared rules of `roster.rules` over a whole snapshot, as Ibis expressions.

Each function returns a table with student_id, school_id, began_on, ended_on (null: true on the
snapshot's day) and one column per figure; `findings_of` turns rows into the same `Finding`s that
`roster.flags` returns for one student. Tests hold the two equal on random chains.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from bascule.kernel.wording import ENGLISH
from bascule.metrics.chains import ONE_DAY, as_date, departures, neighbors
from bascule.metrics.mobile_spells import highly_mobile
from bascule.metrics.snapshot import Snapshot
from bascule.roster.rules import (
    DID_NOT_ARRIVE,
    ENROLLMENT_GAP,
    OVERLAP,
    SAME_SCHOOL_RE_ENTRY,
    UNPROVEN_TRANSFER,
    Figures,
    Finding,
    Rule,
    reason,
)

KEYS = ("student_id", "school_id", "began_on", "ended_on")
_NEVER = ibis.null("date")


def enrollment_gaps(snapshot: Snapshot, rule: Rule = ENROLLMENT_GAP) -> ir.Table:
    """Return each span enrolled nowhere (see `roster.flags.enrollment_gaps`)."""
    left = departures(snapshot)
    counts = left.exit_kind.isnull() | left.exit_kind.notin(rule.names("no_gap_after"))
    is_apart = left.next_on.isnull() | (left.next_on > left.ends_on + ONE_DAY)
    spans = left.filter(counts, is_apart).left_join(_school_age(snapshot, rule), "student_id")
    since = spans.ends_on + ONE_DAY
    until = ibis.coalesce(spans.next_on - ONE_DAY, ibis.literal(snapshot.as_of))
    clipped = spans.mutate(
        began_on=as_date(ibis.greatest(since, ibis.coalesce(spans.from_day, since))),
        last_on=as_date(ibis.least(until, ibis.coalesce(spans.to_day, until))),
    )
    counted = snapshot.day_count.with_days_between(
        clipped, clipped.began_on, clipped.last_on, "school_days"
    )
    found = counted.filter(counted.school_days > rule.number("more_than_school_days"))
    is_over = found.last_on < snapshot.as_of
    return found.mutate(ended_on=is_over.ifelse(found.last_on, _NEVER)).select(*KEYS, "school_days")


def same_school_re_entries(snapshot: Snapshot, rule: Rule = SAME_SCHOOL_RE_ENTRY) -> ir.Table:
    """Return each drop and return (see `roster.flags.same_school_re_entries`)."""
    left = departures(snapshot)
    days = left.next_on.delta(left.ends_on, unit="day")
    is_ordinary = left.exit_kind.isin(rule.names("ordinary_exits")).fill_null(False)
    soon = left.filter(
        left.next_school_id == left.school_id, days <= rule.number("within_days"), ~is_ordinary
    )
    spans = soon.mutate(
        days=soon.next_on.delta(soon.ends_on, unit="day"),
        began_on=soon.ends_on,
        ended_on=_NEVER,
        exit_code=soon.exit_code.fill_null(""),
    )
    counted = snapshot.day_count.with_days_between(
        spans, spans.ends_on + ONE_DAY, spans.next_on - ONE_DAY, "school_days"
    )
    found = counted.filter(counted.school_days >= rule.number("school_days_missed"))
    return found.select(*KEYS, "days", "school_days", "exit_code")


def unproven_transfers(snapshot: Snapshot, rule: Rule = UNPROVEN_TRANSFER) -> ir.Table:
    """Return each last exit without proof (see `roster.flags.unproven_transfers`)."""
    left = departures(snapshot)
    last = left.filter(left.next_on.isnull(), left.exit_code.isin(rule.names("codes")))
    same_exit = ["student_id", "school_id", ("ends_on", "exited_on")]
    unproven = last.anti_join(snapshot.proofs, same_exit)
    month, day = rule.number("deadline_month"), rule.number("deadline_day")
    as_of, deadline = ibis.literal(snapshot.as_of), ibis.date(unproven.school_year, month, day)
    return unproven.mutate(
        began_on=unproven.ends_on,
        ended_on=_NEVER,
        days=as_of.delta(unproven.ends_on, unit="day"),
        deadline=deadline.strftime("%Y-%m-%d"),
        past_deadline=(as_of > deadline).cast("int64"),
    ).select(*KEYS, "days", "deadline", "past_deadline", "exit_code")


def did_not_arrive(snapshot: Snapshot, rule: Rule = DID_NOT_ARRIVE) -> ir.Table:
    """Return each start at which a student did not come (see `roster.flags.did_not_arrive`)."""
    stints = neighbors(snapshot)
    stints = stints.mutate(exit_code=stints.exit_code.fill_null(""))
    is_no_show = stints.exit_kind.isin(rule.names("exits")).fill_null(False)
    reported = stints.filter(is_no_show).mutate(began_on="starts_on", came_on="next_on")
    absent = _absent_on_day_one(stints.filter(~is_no_show), snapshot)
    columns = ("student_id", "school_id", "began_on", "came_on", "exit_code")
    both = reported.select(*columns).union(absent.select(*columns))
    has_come = (both.came_on <= snapshot.as_of).fill_null(False)
    ended_on = has_come.ifelse(both.came_on - ONE_DAY, _NEVER)
    return both.mutate(ended_on=as_date(ended_on)).select(*KEYS, "exit_code")


def claims_overlap(snapshot: Snapshot, rule: Rule = OVERLAP) -> ir.Table:
    """Return each pair of claims of two schools (see `roster.flags.claims_overlap`)."""
    claims = snapshot.claims.mutate(
        last_day=ibis.coalesce(snapshot.claims.ends_on, ibis.date(9999, 12, 31))
    )
    newer = claims.select(
        "student_id", second_claim="claim_key", newer_school="school_id",
        began_on="starts_on", newer_last_day="last_day",
    )  # fmt: skip
    older = claims.rename(first_claim="claim_key", other_school="school_id")
    pairs = older.inner_join(
        newer,
        [
            "student_id",
            older.other_school != newer.newer_school,
            older.last_day >= newer.began_on,
            _is_senior(older, newer),
        ],
    )
    last = ibis.least(pairs.last_day, pairs.newer_last_day, ibis.literal(snapshot.as_of))
    found = pairs.mutate(
        school_id=pairs.newer_school,
        ended_on=_NEVER,
        days=last.delta(pairs.began_on, unit="day") + 1,
    )
    in_common = found.filter(found.days > rule.number("more_than_days"))
    return in_common.select(*KEYS, "days", "other_school", "first_claim", "second_claim")


SET_RULES: Mapping[str, Callable[[Snapshot, Rule], ir.Table]] = {
    "highly_mobile": highly_mobile,
    "enrollment_gap": enrollment_gaps,
    "same_school_re_entry": same_school_re_entries,
    "unproven_transfer": unproven_transfers,
    "did_not_arrive": did_not_arrive,
    "overlap": claims_overlap,
}


def findings_of(
    snapshot: Snapshot, rule: Rule, *, only_current: bool = False
) -> list[tuple[int, Finding]]:
    """Return (student id, finding) of `rule` over the whole snapshot, by student, then day.

    With `only_current`, only what is true on the snapshot's day: ten years of ended findings are
    then never turned into objects, which is what a night needs.
    """
    table = SET_RULES[rule.key](snapshot, rule)
    if only_current:
        table = table.filter(table.ended_on.isnull())
    found, because = [], _sentences(rule)
    for row in snapshot.rows(table.order_by(*KEYS[:3])):
        student, school, began_on, ended_on = (row.pop(key) for key in KEYS)
        said = because(row, began_on, ended_on)
        each = Finding(rule.key, rule.version, school, began_on, said, row, ended_on)
        found.append((student, each))
    return found


def _sentences(rule: Rule) -> Callable[[Figures, date, date | None], str]:
    """Return what puts findings of `rule` into words, each sentence once: 138,000 students who
    left without proof are told of in a few thousand."""
    told: dict[Hashable, str] = {}

    def because(figures: Figures, began_on: date, ended_on: date | None) -> str:
        sentence = reason(rule, figures, began_on, ended_on)
        key = sentence.text, *sentence.values.values()
        if key not in told:
            told[key] = ENGLISH.say(sentence)
        return told[key]

    return because


def _school_age(snapshot: Snapshot, rule: Rule) -> ir.Table:
    """Return (student_id, from_day, to_day): the days at the ages that count, null if unknown."""
    students = snapshot.students
    youngest = ibis.interval(months=12 * rule.number("youngest"))
    too_old = ibis.interval(months=12 * (rule.number("oldest") + 1))
    return students.select(
        "student_id",
        from_day=as_date(students.birth_date + youngest),
        to_day=as_date(as_date(students.birth_date + too_old) - ONE_DAY),
    )


def _absent_on_day_one(stints: ir.Table, snapshot: Snapshot) -> ir.Table:
    """Return the stints with an absence on a first day they cover, the earliest if several."""
    absences = snapshot.absences.filter(snapshot.absences.day_one <= snapshot.as_of)
    joined = stints.inner_join(
        absences,
        [
            "student_id",
            "school_id",
            stints.starts_on <= absences.day_one,
            stints.ends_on.isnull() | (absences.day_one <= stints.ends_on),
        ],
    )
    first = joined.group_by("student_id", "school_id", "starts_on", "next_on", "exit_code").agg(
        began_on=joined.day_one.min(), arrived_on=joined.arrived_on.argmin(joined.day_one)
    )
    return first.mutate(came_on=ibis.coalesce(first.arrived_on, first.next_on))


def _is_senior(older: ir.Table, newer: ir.Table) -> ir.Value:
    """Say whether `older` yields to `newer`: starts first, then ends first, then larger key."""
    same_start = older.starts_on == newer.began_on
    same_end = older.last_day == newer.newer_last_day
    return (
        (older.starts_on < newer.began_on)
        | (same_start & (older.last_day < newer.newer_last_day))
        | (same_start & same_end & (older.first_claim > newer.second_claim))
    )
