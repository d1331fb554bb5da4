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
    ignored gap before the next stint is filled (null while it lasts). `unit_id` is the school's
    id, the network's (schools without one are left out) or 0 for the district. `group` is a
    flag of the students table ("iep") or a value of one ("race=Black").
    """
    stints = _with_unit(_members(snapshot, profile, year, group), snapshot, unit)
    bridges = _bridges(stints, snapshot, profile, window)
    after = bridges.rename(resumed_on="back_on")
    before = bridges.select("student_id", "unit_id", starts_on="back_on", came_from="starts_on")
    joined = stints.left_join(after, ["student_id", "unit_id", "starts_on"]).left_join(
        before, ["student_id", "unit_id", "starts_on"]
    )
    ends_run = joined.resumed_on.isnull()
    return joined.select(
        *stints.columns,
        begins_run=joined.came_from.isnull(),
        ends_run=ends_run,
        covered_until=ends_run.ifelse(joined.ends_on, as_date(joined.resumed_on - ONE_DAY)),
    )


def _bridges(stints: ir.Table, snapshot: Snapshot, profile: Profile, window: Window) -> ir.Table:
    """Return the ignored gaps inside a unit: student_id, unit_id, starts_on, back_on.

    `starts_on` names the stint before the gap. Only a stint that ended before the year did can
    have one that matters; a self-join of those few costs a third of a window over all stints.
    """
    ended = stints.filter(stints.ends_on < window.last_day)
    later = stints.select("student_id", "unit_id", later_on="starts_on")
    pairs = ended.inner_join(later, ["student_id", "unit_id", ended.starts_on < later.later_on])
    nearest = pairs.group_by("student_id", "unit_id", "starts_on", "ends_on", "exit_kind").agg(
        back_on=pairs.later_on.min()
    )
    gaps = snapshot.day_count.with_days_between(
        nearest, nearest.ends_on + ONE_DAY, nearest.back_on - ONE_DAY, "missed"
    )
    ignored = gaps.filter(_is_ignored(gaps, profile, window).fill_null(False))
    return ignored.select("student_id", "unit_id", "starts_on", "back_on")


def _is_ignored(gaps: ir.Table, profile: Profile, window: Window) -> ir.Value:
    """Say whether the authority overlooks the gap (ADR 10)."""
    resumes_by = as_date(gaps.ends_on + ibis.interval(days=profile.ignored_gap_days + 1))
    ignored = (gaps.missed == 0) | (gaps.back_on <= resumes_by)
    if profile.bridged_exits:
        ignored |= gaps.exit_kind.isin([str(kind) for kind in profile.bridged_exits])
    if window.collections:
        looks = [(gaps.ends_on < day) & (gaps.back_on > day) for day in window.collections]
        ignored |= ~ibis.or_(*looks)
    return ignored


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
    arrivals = stints.select("student_id", arrived_on="starts_on", arrived_at="school_id")
    resumes_on = stints.exit_kind.isnull().ifelse(
        as_date(stints.ends_on + ONE_DAY), ibis.null("date")
    )
    followed = stints.mutate(arrived_on=resumes_on).left_join(
        arrivals, ["student_id", "arrived_on"]
    )
    went = (followed.arrived_at != followed.school_id).fill_null(False)
    within = ibis.literal(str(ExitKind.TRANSFER_WITHIN))
    return followed.mutate(exit_kind=went.ifelse(within, followed.exit_kind)).select(stints.columns)


def _with_unit(stints: ir.Table, snapshot: Snapshot, unit: Unit) -> ir.Table:
    if unit is Unit.SCHOOL:
        return stints.rename(unit_id="school_id")
    if unit is Unit.DISTRICT:
        return stints.mutate(unit_id=ibis.literal(0, "int64")).drop("school_id")
    networks = snapshot.schools.filter(snapshot.schools.network_id.notnull())
    placed = stints.inner_join(networks.select("school_id", unit_id="network_id"), "school_id")
    return placed.drop("school_id")
