"""The best fit for one student: hard filters, then a score that is the sum of what it shows.

The criteria are declared as data by whoever has the problem (`<app>/matchers.py`). What is not
known is told as not known: it excludes nobody, and its points are neither given nor possible
(domain/mobility.md 4.4; ADR 0091).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from bascule.kernel.wording import Sentence

S = TypeVar("S")
P = TypeVar("P")
SHOWN = 3
"""So many programs are proposed."""


@dataclass(frozen=True)
class Verdict:
    """What a filter says of one program: it admits, it excludes, or (None) it is not known."""

    admits: bool | None
    why: Sentence


@dataclass(frozen=True)
class Measured:
    """How well a program fits by one criterion, 0-1; None where that is not known."""

    value: Fraction | None
    why: Sentence


@dataclass(frozen=True)
class Filter(Generic[S, P]):
    """A condition that a program must meet for a student."""

    key: str
    title: str
    judges: Callable[[S, P], Verdict]


@dataclass(frozen=True)
class Scored(Generic[S, P]):
    """A criterion with its weight in points; `measures` returns None where it does not apply."""

    key: str
    title: str
    weight: int
    measures: Callable[[S, P], Measured | None]


@dataclass(frozen=True)
class Criteria(Generic[S, P]):
    """The declared criteria of one problem. Another weight or limit is another version.

    `turn` is the place of a program in the student's own ranking, from 1; None where it has none.
    """

    key: str
    version: int
    filters: tuple[Filter[S, P], ...]
    scored: tuple[Scored[S, P], ...]
    turn: Callable[[S, P], int | None]

    def __post_init__(self) -> None:
        """Refuse criteria that share a key, or that could add nothing to a score."""
        keys = [*(each.key for each in self.filters), *(each.key for each in self.scored)]
        if len(set(keys)) < len(keys):
            raise ValueError(f"{self.key}: two criteria of one key")
        if any(each.weight < 1 for each in self.scored):
            raise ValueError(f"{self.key}: a criterion weighs nothing")


@dataclass(frozen=True)
class Part:
    """What one criterion adds to a score: `points` of `weight`; None where it is not known."""

    title: str
    weight: int
    points: int | None
    why: Sentence

    @property
    def speaks(self) -> str:
        """Whether it speaks "for" the program, "against" it, or is "unknown"; half is for."""
        if self.points is None:
            return "unknown"
        return "for" if 2 * self.points >= self.weight else "against"


@dataclass(frozen=True)
class Candidate(Generic[P]):
    """A program that no filter excludes: its parts, what its filters could not know, its turn."""

    program: P
    parts: tuple[Part, ...]
    unknown: tuple[Sentence, ...]
    turn: int | None

    @property
    def points(self) -> int:
        """The score: the sum of the shown parts."""
        return sum(part.points or 0 for part in self.parts)

    @property
    def possible(self) -> int:
        """The points that could be had where something is known."""
        return sum(part.weight for part in self.parts if part.points is not None)

    @property
    def share(self) -> Fraction:
        """The score as a share of the possible points, by which programs are ranked; 0 of none."""
        return Fraction(self.points, self.possible) if self.possible else Fraction(0)


@dataclass(frozen=True)
class Exclusion(Generic[P]):
    """A program that is out of the question, with every filter that excludes it."""

    program: P
    reasons: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class Fit(Generic[P]):
    """All programs of a problem: the candidates, the best first, and the excluded ones."""

    version: int
    candidates: tuple[Candidate[P], ...]
    excluded: tuple[Exclusion[P], ...]

    @property
    def proposed(self) -> tuple[Candidate[P], ...]:
        """The best three."""
        return self.candidates[:SHOWN]


def rank(student: S, programs: Sequence[P], criteria: Criteria[S, P]) -> Fit[P]:
    """Judge and score every program for one student.

    What the student ranked comes first, in that order; then the greatest share of the possible
    points, among equal shares what more is known of, and then the order of `programs`.
    """
    candidates, excluded = [], []
    for program in programs:
        judged = [(each.title, each.judges(student, program)) for each in criteria.filters]
        against = tuple((title, said.why) for title, said in judged if said.admits is False)
        if against:
            excluded.append(Exclusion(program, against))
            continue
        unknown = tuple(said.why for _, said in judged if said.admits is None)
        parts, turn = _parts(student, program, criteria), criteria.turn(student, program)
        candidates.append(Candidate(program, parts, unknown, turn))
    candidates.sort(key=_place)
    return Fit(criteria.version, tuple(candidates), tuple(excluded))


def _place(candidate: Candidate[P]) -> tuple[bool, int, Fraction, int]:
    turn = candidate.turn
    return turn is None, turn or 0, -candidate.share, -candidate.possible


def _parts(student: S, program: P, criteria: Criteria[S, P]) -> tuple[Part, ...]:
    found = [(each, each.measures(student, program)) for each in criteria.scored]
    return tuple(
        Part(each.title, each.weight, _points(each.weight, measured.value), measured.why)
        for each, measured in found
        if measured is not None
    )


def _points(weight: int, value: Fraction | None) -> int | None:
    """Return whole points, half-up, of a value that is held between 0 and 1."""
    if value is None:
        return None
    exact = weight * min(max(value, Fraction(0)), Fraction(1))
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return int(quotient.quantize(Decimal(1), ROUND_HALF_UP))
