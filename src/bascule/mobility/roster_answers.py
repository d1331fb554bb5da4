"""What a roster says of a move that two schools agreed on. No Django import.

Each half is looked for by itself: the claim of the sending school ends, that of the receiving
school begins (domain/mobility.md 6.1 item 32). What the SIS does not say at all is missing, which
is waited for; what it says differently contradicts at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

AGREES_WITHIN = "2 school days"
"""How long the SIS may take to show a move after it was told and after the first day.

A proposal of 2026-11-22, to be confirmed with the district."""

NEARLY = timedelta(days=10)
"""A spell that begins within these days of the first day is of the same move."""

WATCHED_FOR = 60
"""Days after the release in which a confirmed move is compared again: the SIS corrects itself."""


@dataclass(frozen=True)
class Agreed:
    """Both halves of a move, schools by id."""

    from_school: int
    to_school: int
    last_day_on: date
    first_day_on: date
    exit_code: str
    entry_code: str


@dataclass(frozen=True)
class Claimed:
    """One spell at a school as the roster has it; `ends_on` null: still there."""

    school: int
    starts_on: date
    ends_on: date | None
    entry_code: str
    exit_code: str


@dataclass(frozen=True)
class Difference:
    """What is said by us and by the SIS: days as 2026-11-20, codes and the ids of schools as they
    are, "" for nothing."""

    what: str
    we_say: str
    sis_says: str


@dataclass(frozen=True)
class Answer:
    """`confirmed`, `contradicted` or `missed`, and in what."""

    kind: str
    differences: tuple[Difference, ...] = field(default=())


def answer_to(agreed: Agreed, claims: Sequence[Claimed]) -> Answer:
    """Return what the student's `claims` say of what was agreed.

    Contradicted where the SIS says something else, missed where it only says nothing yet.
    """
    pairs = [*_leaving(agreed, claims), *_coming(agreed, claims)]
    differences = tuple(
        Difference(what, ours, theirs) for what, ours, theirs in pairs if ours != theirs
    )
    if not differences:
        return Answer("confirmed")
    says_otherwise = any(each.sis_says for each in differences)
    return Answer("contradicted" if says_otherwise else "missed", differences)


def _leaving(agreed: Agreed, claims: Sequence[Claimed]) -> list[tuple[str, str, str]]:
    """Compare the end at the sending school: of its latest spell that began by the last day."""
    there = [
        each for each in claims
        if each.school == agreed.from_school and each.starts_on <= agreed.last_day_on
    ]  # fmt: skip
    left = max(there, key=lambda each: each.starts_on, default=None)
    if left is None or left.ends_on is None:
        return [("last_day", str(agreed.last_day_on), "")]
    return [
        ("last_day", str(agreed.last_day_on), str(left.ends_on)),
        ("exit_code", agreed.exit_code, left.exit_code),
    ]


def _coming(agreed: Agreed, claims: Sequence[Claimed]) -> list[tuple[str, str, str]]:
    """Compare the beginning at the receiving school: of the spell there that began nearest.

    Where there is none, another school may have the student.
    """
    here = [each for each in claims if each.school == agreed.to_school]
    here = [each for each in here if each.ends_on is None or each.ends_on > agreed.last_day_on]
    first = agreed.first_day_on
    came = min(here, key=lambda each: (abs(each.starts_on - first), each.starts_on), default=None)
    if came is None:
        return [_elsewhere(agreed, claims) or ("first_day", str(first), "")]
    return [
        ("first_day", str(first), str(came.starts_on)),
        ("entry_code", agreed.entry_code, came.entry_code),
    ]


def _elsewhere(agreed: Agreed, claims: Sequence[Claimed]) -> tuple[str, str, str] | None:
    """Return that a third school has the student since the days of the move, or None."""
    until = agreed.first_day_on + NEARLY
    third = [
        each.school for each in claims
        if each.school not in (agreed.from_school, agreed.to_school)
        and agreed.last_day_on < each.starts_on <= until
    ]  # fmt: skip
    return ("school", str(agreed.to_school), str(min(third))) if third else None
