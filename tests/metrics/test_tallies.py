"""Tallies over random chains equal a plain reading of ADR 10, student by student."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bascule.metrics.profiles import PROFILES, Base, Counts, Profile
from bascule.metrics.runs import Unit
from bascule.metrics.tallies import tallies
from bascule.metrics.windows import Window, window_of
from bascule.roster.codes import ExitKind
from bascule.roster.stints import Stint, entry_kind, exit_kind
from tests.metrics.random_district import AS_OF, DAYS, District, school_year

YEAR = 2025
OF_YEAR = tuple(day for day in DAYS if school_year(day) == YEAR)
DAY = timedelta(days=1)


@dataclass
class Run:
    """Neighboring stints in one unit, with the gaps the authority overlooks."""

    stints: list[Stint]

    @property
    def starts_on(self) -> date:
        return self.stints[0].starts_on

    @property
    def left_on(self) -> date | None:
        last = self.stints[-1].ends_on
        return last if last is not None and last <= AS_OF else None


def taught(first: date, last: date) -> int:
    return sum(first <= day <= last for day in DAYS)


def overlooked(profile: Profile, window: Window, first: Stint, second: Stint) -> bool:
    left_on, back_on = first.ends_on or AS_OF, second.starts_on
    if taught(left_on + DAY, back_on - DAY) == 0:
        return True
    if (back_on - left_on).days - 1 <= profile.ignored_gap_days:
        return True
    if exit_kind(first) in profile.bridged_exits:
        return True
    looks = window.collections
    return bool(looks) and not any(left_on < day < back_on for day in looks)


def runs_of(profile: Profile, window: Window, stints: Sequence[Stint]) -> list[Run]:
    found = [Run([stints[0]])]
    for first, second in pairwise(stints):
        if overlooked(profile, window, first, second):
            found[-1].stints.append(second)
        else:
            found.append(Run([second]))
    return found


def counted_exit(profile: Profile, unit: Unit, chain: Sequence[Stint], last: Stint) -> bool:
    kind = exit_kind(last)
    if not profile.counted_exits:
        return kind not in profile.ignored_exits
    if kind is None and any(
        s.starts_on == (last.ends_on or AS_OF) + DAY and s.school != last.school for s in chain
    ):
        kind = ExitKind.TRANSFER_WITHIN
    if unit is Unit.DISTRICT and kind is ExitKind.TRANSFER_WITHIN:
        return False
    return kind in profile.counted_exits


def expected_tally(
    profile: Profile, counts: Counts, base: Base, unit: Unit, window: Window,
    chain: Sequence[Stint], stints: Sequence[Stint],
) -> tuple[int, int]:  # fmt: skip
    """Return (counted, in base) of one student's year in one unit."""
    runs = [r for r in runs_of(profile, window, stints) if r.starts_on <= window.closes_on]
    opens_on = window.first_day if profile.early_exits else window.count_day
    entries = exits = broken = 0
    covers = [
        r for r in runs
        if r.starts_on <= window.count_day and (r.left_on is None or r.left_on >= window.count_day)
    ]  # fmt: skip
    for run in runs:
        kind = entry_kind(run.stints[0])
        known = not profile.counted_entries or kind in profile.counted_entries
        entries += run.starts_on > window.count_day and known
        left_on = run.left_on
        if left_on and left_on < window.last_day and left_on <= window.closes_on:
            last = run.stints[-1]
            exits += left_on >= opens_on and counted_exit(profile, unit, chain, last)
            broken += left_on >= window.count_day and exit_kind(last) not in profile.staying_exits
    days = sum(
        taught(s.starts_on, min(s.ends_on or window.closes_on, window.closes_on)) for s in stints
        if s.starts_on <= window.closes_on
    )  # fmt: skip
    longest = max(
        (
            (min(r.left_on or window.closes_on, window.closes_on) - r.starts_on).days + 1
            for r in runs
        ),
        default=0,
    )
    in_base = {
        Base.EVER: bool(runs),
        Base.WINDOW: any(r.left_on is None or r.left_on >= window.count_day for r in runs),
        Base.COUNT_DAY: bool(covers),
    }[base]
    counted = {
        Counts.MOVERS: entries + exits > 0,
        Counts.MOVES: entries + exits,
        Counts.ENTRANTS: bool(runs) and runs[0].starts_on > window.count_day,
        Counts.ENTRIES: entries,
        Counts.EXITS: exits,
        Counts.STAYERS: bool(covers) and entries + exits + broken == 0,
        Counts.SHORT_MEMBERS: bool(runs) and 100 * days < 83 * window.days_taught,
        Counts.LONG_RUNS: longest >= 245,
        Counts.NO_LONG_RUN: bool(runs) and longest < 245,
    }[counts]
    return int(counted), int(in_base)


def by_unit(unit: Unit, stints: Sequence[Stint]) -> Iterator[tuple[int, list[Stint]]]:
    units: dict[int, list[Stint]] = defaultdict(list)
    for stint in stints:
        place = {Unit.SCHOOL: int(stint.school), Unit.NETWORK: 1, Unit.DISTRICT: 0}[unit]
        units[place].append(stint)
    yield from units.items()


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District(tmp_path_factory.mktemp("snapshot"))


CASES = sorted(
    {(p.key, d.counts, d.base) for p in PROFILES.values() for d in p.definitions.values()}
)


BY_UNIT = [(*case, Unit.SCHOOL) for case in CASES] + [
    (*case, Unit.DISTRICT) for case in CASES if case[1] is Counts.MOVERS
]


@pytest.mark.parametrize(("key", "counts", "base", "unit"), BY_UNIT)
def test_a_tally_equals_the_plain_reading_of_each_student(
    district: District, key: str, counts: Counts, base: Base, unit: Unit
) -> None:
    profile = PROFILES[key]
    definition = next(
        d for d in profile.definitions.values() if (d.counts, d.base) == (counts, base)
    )
    window = window_of(profile, OF_YEAR, AS_OF)
    expected = {}
    for student, chain in district.chains.items():
        members = [
            s for s in chain
            if s.school_year == YEAR and exit_kind(s) is not ExitKind.NO_SHOW
            and s.grade in profile.grades
        ]  # fmt: skip
        for place, stints in by_unit(unit, members):
            tally = expected_tally(profile, counts, base, unit, window, members, stints)
            if any(tally):
                expected[student, place] = tally
    assert len(expected) > 100
    rows = district.snapshot.rows(tallies(district.snapshot, profile, definition, unit, YEAR))
    assert {
        (row["student_id"], row["unit_id"]): (row["counted"], row["in_base"]) for row in rows
    } == expected
