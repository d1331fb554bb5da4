"""What each student adds to a figure: the rows behind every numerator and denominator (ADR 10)."""

from collections.abc import Callable, Mapping, Sequence

import ibis
import ibis.expr.types as ir

from bascule.metrics.profiles import Base, Counts, Definition, Profile
from bascule.metrics.runs import KEYS, Unit, memberships
from bascule.metrics.snapshot import Snapshot
from bascule.metrics.windows import Window, window_of
from bascule.roster.codes import ExitKind


def tallies(
    snapshot: Snapshot,
    profile: Profile,
    definition: Definition,
    unit: Unit,
    year: int,
    group: str | None = None,
    month: int | None = None,
) -> ir.Table:
    """Return one row per student and unit: student_id, unit_id, counted, in_base (0 or 1).

    A figure's numerator is the sum of `counted`, its denominator the sum of `in_base`. Whoever
    adds to neither is left out, and everybody before the window has opened. Raises ValueError
    for an unknown group or month.
    """
    table = _per_student(snapshot, profile, [definition], [unit], year, group, month)
    tally = table.select("student_id", "unit_id", counted="counted_0", in_base="in_base_0")
    return tally.filter((tally.counted > 0) | (tally.in_base > 0))


def sums_of_all(
    snapshot: Snapshot, profile: Profile, year: int, month: int | None = None
) -> tuple[list[Definition], ir.Table]:
    """Return the profile's distinct definitions and one row of their sums per unit of any kind.

    Columns: unit_kind, unit_id; for the definition at place n, num_n and den_n (both 0 where the
    unit has no figure), and students_n: the ids that a school's figure counts, or of the base
    those that it does not count where it counts nearly everybody (null for other units). The same
    as summing `tallies` of each definition and unit, in one pass.
    """
    definitions = list(dict.fromkeys(profile.definitions.values()))
    table = _per_student(snapshot, profile, definitions, list(Unit), year, None, month)
    sums = {
        f"{part}_{n}": table[f"{column}_{n}"].sum()
        for n in range(len(definitions))
        for part, column in (("num", "counted"), ("den", "in_base"))
    }
    students = {
        f"students_{n}": table.student_id.collect(
            where=_is_row(table, definition, n) & (table.unit_kind == Unit.SCHOOL)
        )
        for n, definition in enumerate(definitions)
    }
    return definitions, table.group_by("unit_kind", "unit_id").agg(**sums, **students)


def _is_row(table: ir.Table, definition: Definition, n: int) -> ir.BooleanValue:
    """Say whether a student is among the rows that the figure of the definition opens to."""
    is_counted = table[f"counted_{n}"] > 0
    return ~is_counted & (table[f"in_base_{n}"] > 0) if definition.counts_most else is_counted


def _per_student(
    snapshot: Snapshot,
    profile: Profile,
    definitions: Sequence[Definition],
    units: Sequence[Unit],
    year: int,
    group: str | None,
    month: int | None,
) -> ir.Table:
    """Return the keys of runs and for the definition at place n counted_n and in_base_n."""
    window = window_of(profile, snapshot.days_in_session(year), snapshot.as_of, month)
    seen = memberships(snapshot, profile, units, year, window, group)
    seen = _with_events(seen.filter(seen.starts_on <= window.closes_on), profile, window)
    for counts in {definition.counts for definition in definitions}:
        seen = _with_lengths(seen, snapshot, counts, window)
    sums = {}
    for place, definition in enumerate(definitions):
        answers = ibis.literal(_is_answerable(profile, definition, window))
        counted = _COUNTED[definition.counts](seen, profile, window).cast("int64")
        in_base = _in_base(seen, definition.base, window).any().cast("int64")
        sums[f"counted_{place}"] = answers.ifelse(counted, 0)
        sums[f"in_base_{place}"] = answers.ifelse(in_base, 0)
    return seen.group_by(*KEYS).agg(**sums)


def _is_answerable(profile: Profile, definition: Definition, window: Window) -> bool:
    """Say whether the days so far can answer: before that a figure is missing, not zero.

    The count day must have come; where days in a row are asked for, that many must have passed.
    """
    if definition.counts in (Counts.LONG_RUNS, Counts.NO_LONG_RUN):
        return (window.closes_on - window.first_day).days + 1 >= profile.consecutive_days
    return window.closes_on >= window.count_day


def _with_events(seen: ir.Table, profile: Profile, window: Window) -> ir.Table:
    """Add is_entry, is_exit (both as the profile counts them) and breaks_off."""
    opens_on = window.first_day if profile.early_exits else window.count_day
    leaves = seen.ends_run & (seen.ends_on < window.last_day) & (seen.ends_on <= window.closes_on)
    leaves = leaves.fill_null(False)
    enters = seen.begins_run & (seen.starts_on > window.count_day)
    if profile.counted_entries:
        enters &= seen.entry_kind.isin([str(kind) for kind in profile.counted_entries])
    completes = seen.exit_kind.isin([str(kind) for kind in profile.staying_exits])
    return seen.mutate(
        is_entry=enters.fill_null(False),
        is_exit=leaves & (seen.ends_on >= opens_on) & _is_counted_exit(seen, profile),
        breaks_off=leaves & (seen.ends_on >= window.count_day) & ~completes.fill_null(False),
    )


def _is_counted_exit(seen: ir.Table, profile: Profile) -> ir.Value:
    """Say whether the exit's kind counts; a transfer inside the district never leaves it."""
    if profile.counted_exits:
        stays = (seen.unit_kind == Unit.DISTRICT) & (seen.exit_kind == ExitKind.TRANSFER_WITHIN)
        counts = seen.exit_kind.isin([str(kind) for kind in profile.counted_exits])
        return (counts & ~stays).fill_null(False)
    ignored = [str(kind) for kind in profile.ignored_exits]
    return seen.exit_kind.isnull() | seen.exit_kind.notin(ignored)


def _in_base(seen: ir.Table, base: Base, window: Window) -> ir.Value:
    if base is Base.EVER:
        return seen.starts_on.notnull()
    if base is Base.WINDOW:
        return seen.covered_until.isnull() | (seen.covered_until >= window.count_day)
    return _covers_count_day(seen, window)


def _covers_count_day(seen: ir.Table, window: Window) -> ir.Value:
    lasts = seen.covered_until.isnull() | (seen.covered_until >= window.count_day)
    return lasts & (seen.starts_on <= window.count_day)


def _movers(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return (seen.is_entry | seen.is_exit).any()


def _moves(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return seen.is_entry.sum() + seen.is_exit.sum()


def _entrants(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return seen.starts_on.min() > window.count_day


def _entries(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return seen.is_entry.sum()


def _exits(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return seen.is_exit.sum()


def _stayers(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    moved = (seen.is_entry | seen.is_exit | seen.breaks_off).any()
    return _covers_count_day(seen, window).any() & ~moved


def _short_members(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return 100 * seen.days_in.sum() < profile.membership_percent * window.days_taught


def _long_runs(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    closes_on = ibis.literal(window.closes_on)
    last = ibis.least(ibis.coalesce(seen.ends_on, closes_on), closes_on)
    return (last.delta(seen.run_start, unit="day") + 1 >= profile.consecutive_days).any()


def _no_long_run(seen: ir.Table, profile: Profile, window: Window) -> ir.Value:
    return ~_long_runs(seen, profile, window)


_COUNTED: Mapping[Counts, Callable[[ir.Table, Profile, Window], ir.Value]] = {
    Counts.MOVERS: _movers,
    Counts.MOVES: _moves,
    Counts.ENTRANTS: _entrants,
    Counts.ENTRIES: _entries,
    Counts.EXITS: _exits,
    Counts.STAYERS: _stayers,
    Counts.SHORT_MEMBERS: _short_members,
    Counts.LONG_RUNS: _long_runs,
    Counts.NO_LONG_RUN: _no_long_run,
}


def _with_lengths(seen: ir.Table, snapshot: Snapshot, counts: Counts, window: Window) -> ir.Table:
    """Add days_in (school days of the stint) or run_start, where the definition needs them."""
    if counts is Counts.SHORT_MEMBERS:
        closes_on = ibis.literal(window.closes_on)
        last = ibis.least(ibis.coalesce(seen.ends_on, closes_on), closes_on)
        return snapshot.day_count.with_days_between(seen, seen.starts_on, last, "days_in")
    if counts in (Counts.LONG_RUNS, Counts.NO_LONG_RUN) and "run_start" not in seen.columns:
        started = seen.begins_run.ifelse(seen.starts_on, ibis.null("date"))
        so_far = ibis.cumulative_window(group_by=KEYS, order_by="starts_on")
        return seen.mutate(run_start=started.max().over(so_far))
    return seen
