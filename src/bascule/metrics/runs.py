"""Memberships and the runs they form: uninterrupted spans in one unit and school year (ADR 10)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

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


KEYS = ("student_id", "unit_kind", "unit_id")
"""What a run belongs to: one student in one unit."""


def memberships(
    snapshot: Snapshot,
    profile: Profile,
    units: Sequence[Unit],
    year: int,
    window: Window,
    group: str | None = None,
) -> ir.Table:
    """Return the year's stints inside each unit, with the edges of the runs they form.

    Columns: student_id, unit_kind, unit_id, starts_on, ends_on (null while it lasts on the
    snapshot's day), entry_kind, exit_kind; begins_run and ends_run; covered_until, the last day
    covered if an ignored gap before the next stint is filled (null while it lasts). `unit_kind`
    is one of `units`; `unit_id` the school's id, the network's (schools without one are left
    out) or 0 for the district. `group` is a flag of the students table ("iep") or a value of
    one ("race=Black").
    """
    stints = _in_units(_members(snapshot, profile, year, group), snapshot, units)
    lasts = stints.ends_on.isnull() | (stints.ends_on >= window.last_day)
    is_whole = (stints.starts_on <= window.first_day) & lasts
    whole = stints.filter(is_whole).mutate(
        begins_run=ibis.literal(True), ends_run=ibis.literal(True), covered_until=stints.ends_on
    )
    # Windows are dear: only the few stints that begin late or end early can have a neighbor.
    return whole.union(_with_edges(stints.filter(~is_whole), snapshot, profile, window))


def _with_edges(stints: ir.Table, snapshot: Snapshot, profile: Profile, window: Window) -> ir.Table:
    """Add begins_run, ends_run and covered_until by looking at both neighbors of each stint."""
    counted = snapshot.day_count.with_so_far(
        stints, taught_before=stints.starts_on - ONE_DAY, taught_until=stints.ends_on
    )
    chain = ibis.window(group_by=KEYS, order_by="starts_on")
    beside = counted.mutate(
        previous_end=counted.ends_on.lag().over(chain),
        previous_exit=counted.exit_kind.lag().over(chain),
        previous_taught=counted.taught_until.lag().over(chain),
        next_start=counted.starts_on.lead().over(chain),
        next_taught=counted.taught_before.lead().over(chain),
    )
    before = _Gap(
        beside.previous_end, beside.starts_on, beside.previous_exit,
        beside.taught_before - beside.previous_taught,
    )  # fmt: skip
    after = _Gap(
        beside.ends_on, beside.next_start, beside.exit_kind,
        beside.next_taught - beside.taught_until,
    )  # fmt: skip
    is_continued = after.is_ignored(profile, window)
    until = is_continued.ifelse(as_date(beside.next_start - ONE_DAY), beside.ends_on)
    edges = beside.mutate(
        begins_run=~before.is_ignored(profile, window), ends_run=~is_continued, covered_until=until
    )
    return edges.select(*stints.columns, "begins_run", "ends_run", "covered_until")


class _Gap(NamedTuple):
    """The gap between two stints of one unit, as expressions; null where there is none."""

    left_on: ir.Value
    back_on: ir.Value
    exit_kind: ir.Value
    school_days: ir.Value

    def is_ignored(self, profile: Profile, window: Window) -> ir.Value:
        """Say whether the authority overlooks the gap (ADR 10); false where there is none."""
        resumes_by = as_date(self.left_on + ibis.interval(days=profile.ignored_gap_days + 1))
        ignored = (self.school_days == 0) | (self.back_on <= resumes_by)
        if profile.bridged_exits:
            ignored |= self.exit_kind.isin([str(kind) for kind in profile.bridged_exits])
        if window.collections:
            looks = [(self.left_on < day) & (self.back_on > day) for day in window.collections]
            ignored |= ~ibis.or_(*looks)
        is_gap = self.left_on.notnull() & self.back_on.notnull()
        return (is_gap & ignored).fill_null(False)


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


def _in_units(stints: ir.Table, snapshot: Snapshot, units: Sequence[Unit]) -> ir.Table:
    """Return each stint once in every unit that its school belongs to."""
    belongs = ibis.union(*(_schools_of(snapshot, unit) for unit in units))
    return stints.inner_join(belongs, "school_id").drop("school_id")


def _schools_of(snapshot: Snapshot, unit: Unit) -> ir.Table:
    """Return school_id, unit_kind and unit_id: which unit of this kind each school belongs to."""
    schools = snapshot.schools
    unit_id = {
        Unit.SCHOOL: schools.school_id,
        Unit.NETWORK: schools.network_id,
        Unit.DISTRICT: ibis.literal(0, "int64"),
    }[unit]
    named = schools.select("school_id", unit_kind=ibis.literal(str(unit)), unit_id=unit_id)
    return named.filter(named.unit_id.notnull())
