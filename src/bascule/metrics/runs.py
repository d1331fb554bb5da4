"""Memberships and the runs they form: uninterrupted spans in one unit and school year (ADR 10)."""

from enum import StrEnum

import ibis
import ibis.expr.types as ir

from bascule.metrics.chains import ONE_DAY, as_date
from bascule.metrics.profiles import Profile
from bascule.metrics.snapshot import Snapshot
from bascule.metrics.windows import Window
from bascule.roster.codes import ExitKind

GROUPS = ("gender", "race", "low_income", "english_learner", "iep", "homeless")


class Unit(StrEnum):
    """What a figure is about."""

    SCHOOL = "school"
    NETWORK = "network"
    DISTRICT = "district"


def memberships(
    snapshot: Snapshot,
    profile: Profile,
    unit: Unit,
    year: int,
    window: Window,
    group: str | None = None,
) -> ir.Table:
    """Return the year's stints inside each unit, with the edges of the runs they form.

    Columns: student_id, unit_id, starts_on, ends_on (null while it lasts on the snapshot's day),
    entry_kind, exit_kind; begins_run and ends_run; covered_until, the last day covered if an
    ignored gap before the next stint is filled (null while it lasts); taught_before and
    taught_until, the district's school days before the start and up to the end. `unit_id` is the
    school's id, the network's (schools without one are left out) or 0 for the district. `group`
    is a flag of the students table ("iep") or a value of one ("race=Black").
    """
    stints = _with_unit(_members(snapshot, profile, year, group), snapshot, unit)
    counted = snapshot.day_count.with_so_far(
        stints, taught_before=stints.starts_on - ONE_DAY, taught_until=stints.ends_on
    )
    within = ibis.window(group_by=["student_id", "unit_id"], order_by="starts_on")
    neighbors = counted.mutate(
        previous_end=counted.ends_on.lag().over(within),
        previous_exit=counted.exit_kind.lag().over(within),
        previous_taught=counted.taught_until.lag().over(within),
        next_start=counted.starts_on.lead().over(within),
        next_taught=counted.taught_before.lead().over(within),
    )
    return _with_edges(neighbors, profile, window)


def _with_edges(beside: ir.Table, profile: Profile, window: Window) -> ir.Table:
    before = _is_bridged(
        beside.previous_end, beside.starts_on, beside.previous_exit,
        beside.taught_before - beside.previous_taught, profile, window,
    )  # fmt: skip
    after = _is_bridged(
        beside.ends_on, beside.next_start, beside.exit_kind,
        beside.next_taught - beside.taught_until, profile, window,
    )  # fmt: skip
    return beside.mutate(
        begins_run=~before,
        ends_run=~after,
        covered_until=after.ifelse(as_date(beside.next_start - ONE_DAY), beside.ends_on),
    ).drop("previous_end", "previous_exit", "previous_taught", "next_start", "next_taught")


def _members(snapshot: Snapshot, profile: Profile, year: int, group: str | None) -> ir.Table:
    """Return the year's stints under the profile's grades; who never arrived was no member."""
    stints = snapshot.stints
    arrived = stints.exit_kind.isnull() | (stints.exit_kind != ExitKind.NO_SHOW)
    chosen = stints.filter(
        stints.school_year == year,
        stints.starts_on <= snapshot.as_of,
        stints.grade.isin(profile.grades),
        arrived,
    )
    has_ended = (chosen.ends_on <= snapshot.as_of).fill_null(False)
    known = chosen.select(
        "student_id",
        "school_id",
        "starts_on",
        "entry_kind",
        ends_on=has_ended.ifelse(chosen.ends_on, ibis.null("date")),
        exit_kind=has_ended.ifelse(chosen.exit_kind, ibis.null("string")),
    )
    if group is not None:
        known = known.semi_join(_in_group(snapshot, group), "student_id")
    return _explained_by_next(known) if profile.counted_exits else known


def _in_group(snapshot: Snapshot, group: str) -> ir.Table:
    name, _, value = group.partition("=")
    if name not in GROUPS:
        raise ValueError(f"no group {name}; there are {', '.join(GROUPS)}")
    column = snapshot.students[name]
    wanted = column == value if value else column
    return snapshot.students.filter(wanted.fill_null(False)).select("student_id")


def _explained_by_next(stints: ir.Table) -> ir.Table:
    """Read an exit without a code, followed the next day elsewhere, as a transfer within."""
    chain = ibis.window(group_by="student_id", order_by="starts_on")
    following = stints.mutate(
        next_on=stints.starts_on.lead().over(chain),
        next_school_id=stints.school_id.lead().over(chain),
    )
    cut_short = (
        following.exit_kind.isnull()
        & (following.next_on <= following.ends_on + ONE_DAY)
        & (following.next_school_id != following.school_id)
    ).fill_null(False)
    explained = cut_short.ifelse(ibis.literal(str(ExitKind.TRANSFER_WITHIN)), following.exit_kind)
    return following.mutate(exit_kind=explained).drop("next_on", "next_school_id")


def _with_unit(stints: ir.Table, snapshot: Snapshot, unit: Unit) -> ir.Table:
    if unit is Unit.SCHOOL:
        return stints.rename(unit_id="school_id")
    if unit is Unit.DISTRICT:
        return stints.mutate(unit_id=ibis.literal(0, "int64")).drop("school_id")
    networks = snapshot.schools.filter(snapshot.schools.network_id.notnull())
    placed = stints.inner_join(networks.select("school_id", unit_id="network_id"), "school_id")
    return placed.drop("school_id")


def _is_bridged(
    left_on: ir.Value,
    back_on: ir.Value,
    exit_kind: ir.Value,
    missed: ir.Value,
    profile: Profile,
    window: Window,
) -> ir.Value:
    """Say whether the gap between two stints is ignored; false where there is no second one."""
    resumes_by = as_date(left_on + ibis.interval(days=profile.ignored_gap_days + 1))
    bridged = (missed == 0) | (back_on <= resumes_by)
    if profile.bridged_exits:
        bridged |= exit_kind.isin([str(kind) for kind in profile.bridged_exits])
    if window.collections:
        bridged |= ~ibis.or_(*((left_on < day) & (back_on > day) for day in window.collections))
    return (bridged & back_on.notnull()).fill_null(False)
