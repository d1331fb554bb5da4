"""The chain of primary stints, derived from claims that may overlap.

RULE "primary-stint/1":

1. A claim covers every day from `starts_on` to `ends_on`, both included; `ends_on` None is open.
2. On each day the primary claim is, among the claims that cover it, the one that starts latest:
   the newer school knows of an arrival before the older one admits the departure
   (domain/mobility.md 1.4). Ties: the claim that ends later (open = latest), then smaller key.
3. A stint is a longest run of days with the same primary claim.
4. A claim that another one interrupts *resumes* when the inner claim ends. To let it lapse would
   invent a span in which a student, claimed by a school, is enrolled nowhere.
5. The exit code belongs to the day the claim says the student left. A stint cut short keeps none
   (None): a "year end" of June must not become the reason of a departure in January. Readers take
   "ended, no code, the next stint begins the day after" as superseded by that next stint.
6. A resumed stint keeps the claim's entry code and grade. It begins the day after a stint of
   another claim ends, which is how a reader tells that nobody reported an entry on that day.
7. Claims that do not overlap pass unchanged, whatever their codes, same school or not.

Rows impossible in themselves (end before start) never get here: the feed quarantines them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise

from bascule.roster.codes import ENTRY_CODES, EXIT_CODES, EntryKind, ExitKind

RULE = "primary-stint/1"

School = int | str
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Claim:
    """One reported enrollment; `key` is the source's own, `school_year` the year it ends in."""

    key: str
    school: School
    starts_on: date
    ends_on: date | None
    entry_code: str
    exit_code: str | None
    grade: str
    school_year: int


@dataclass(frozen=True)
class Stint:
    """One piece of a student's chain; `claim_key` names the claim that it comes from."""

    school: School
    starts_on: date
    ends_on: date | None
    entry_code: str
    exit_code: str | None
    grade: str
    school_year: int
    claim_key: str


@dataclass(frozen=True)
class Overlap:
    """Two claims of different schools and the days both cover; `ends_on` None while both last."""

    first: Claim
    second: Claim
    starts_on: date
    ends_on: date | None

    def days_in_common(self, as_of: date) -> int:
        """Count the calendar days up to `as_of` that both claims cover; 0 before it begins."""
        last = min(self.ends_on or as_of, as_of)
        return max(0, (last - self.starts_on).days + 1)


def entry_kind(stint: Stint) -> EntryKind:
    """Return what the stint's entry code means; a code not in the table is "other" (19)."""
    row = ENTRY_CODES.get(stint.entry_code)
    return row.kind if row else EntryKind.TRANSFER_IN


def exit_kind(stint: Stint) -> ExitKind | None:
    """Return what the stint's exit code means: None without one, OTHER if not in the table."""
    if stint.exit_code is None:
        return None
    row = EXIT_CODES.get(stint.exit_code)
    return row.kind if row else ExitKind.OTHER


def derive_stints(claims: Iterable[Claim]) -> list[Stint]:
    """Return one student's chain of primary stints in order of time (rule RULE).

    The result depends neither on the order nor on the repetition of `claims`. Its stints never
    overlap, each covers days of its own claim only, and together they cover exactly the days
    that some claim covers. Raises ValueError for a claim that ends before it starts or on date.max.
    """
    ordered = _by_seniority(claims)
    for claim in ordered:
        _refuse_impossible(claim)
    if not _has_overlap(ordered):
        return [_piece(claim, claim.starts_on, claim.ends_on) for claim in ordered]
    return _merge_runs(_daily_runs(ordered))


def overlaps(claims: Iterable[Claim]) -> list[Overlap]:
    """Return every pair of claims of two different schools that cover a day in common.

    Ordered by the first day in common. A student who leaves one school and enters the next on
    the same day overlaps by that one day; entry the day after does not (domain/mobility.md 1.4).
    """
    found = [
        Overlap(first, second, second.starts_on, _earlier_end(first, second))
        for first, second in combinations(_by_seniority(claims), 2)
        if first.school != second.school and _last_day(first) >= second.starts_on
    ]
    return sorted(found, key=lambda overlap: overlap.starts_on)


def _last_day(claim: Claim) -> date:
    return claim.ends_on or date.max


def _by_seniority(claims: Iterable[Claim]) -> list[Claim]:
    """Order claims so that, among those that cover a day, the last one is primary."""
    smaller_key_last = sorted(set(claims), key=_identity, reverse=True)
    return sorted(smaller_key_last, key=lambda claim: (claim.starts_on, _last_day(claim)))


def _identity(claim: Claim) -> tuple[str | int, ...]:
    """Return what tells claims of the same days apart, so that no input order ever decides."""
    rest = (claim.entry_code, claim.exit_code or "", claim.grade, claim.school_year)
    return (claim.key, str(claim.school), *rest)


def _refuse_impossible(claim: Claim) -> None:
    if claim.ends_on == date.max:
        raise ValueError(f"claim {claim.key} has no end: write it as None")
    if claim.ends_on is not None and claim.ends_on < claim.starts_on:
        raise ValueError(f"claim {claim.key} ends before it starts")


def _has_overlap(ordered: Sequence[Claim]) -> bool:
    """Say whether two neighbors overlap; some two claims overlap only if two neighbors do."""
    return any(_last_day(first) >= second.starts_on for first, second in pairwise(ordered))


def _earlier_end(first: Claim, second: Claim) -> date | None:
    ends = [claim.ends_on for claim in (first, second) if claim.ends_on is not None]
    return min(ends, default=None)


def _piece(claim: Claim, starts_on: date, ends_on: date | None) -> Stint:
    exit_code = claim.exit_code if ends_on == claim.ends_on else None
    return Stint(
        claim.school, starts_on, ends_on, claim.entry_code, exit_code, claim.grade,
        claim.school_year, claim.key,
    )  # fmt: skip


def _daily_runs(ordered: Sequence[Claim]) -> list[tuple[Claim, date, date]]:
    """Return (primary claim, first day, last day) between each two days on which it may change."""
    changes = {claim.starts_on for claim in ordered}
    changes |= {claim.ends_on + _DAY for claim in ordered if claim.ends_on is not None}
    bounds = [*sorted(changes), date.max]
    runs = []
    for first_day, next_change in pairwise(bounds):
        covering = [c for c in ordered if c.starts_on <= first_day <= _last_day(c)]
        if covering:
            last_day = next_change if next_change == date.max else next_change - _DAY
            runs.append((covering[-1], first_day, last_day))
    return runs


def _merge_runs(runs: Sequence[tuple[Claim, date, date]]) -> list[Stint]:
    """Join neighboring runs of the same claim and turn each into a stint."""
    stints: list[Stint] = []
    previous: Claim | None = None
    for claim, first_day, last_day in runs:
        ends_on = None if last_day == date.max else last_day
        piece = _piece(claim, first_day, ends_on)
        if claim is previous:
            stints[-1] = replace(piece, starts_on=stints[-1].starts_on)
        else:
            stints.append(piece)
        previous = claim
    return stints
