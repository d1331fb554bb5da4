"""One round: who wants which seats in which order, played with one lottery and checked.

What nobody has confirmed (which priorities there are, and how old they are) stands here alone,
dated, and is shown beside the results. Source: domain/mobility.md 1.2, 4.1, 4.2, 4.4; ADR 0094. No
Django import.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np

from bascule.matching.assign import deferred_acceptance
from bascule.matching.rounds import UNASSIGNED, Ints
from bascule.matching.stability import blocking_pairs
from bascule.mobility.placement import (
    enters_here,
    is_elsewhere,
    takes_age,
    takes_credits,
    takes_grade,
)
from bascule.mobility.placement_facts import ProgramFacts, StudentFacts, fitting_lines

VERSION = 1
SINCE = date(2026, 11, 23)


@dataclass(frozen=True)
class Priority:
    """A group of students at one program; who is in several is in the first of them."""

    key: str
    title: str
    source: str


PRIORITIES = (
    Priority("returns", "Was enrolled at this school before",
             "Returning to an earlier school is the first resort"),
    Priority("waited", "Got no seat in an earlier round of this school year",
             "A proposal, until the district confirms it"),
    Priority("all", "Everybody else", "The lottery decides"),
)  # fmt: skip
"""The first comes first. None tells of homelessness, care, detention, a plan or a language: whoever
has a right that cannot wait is enrolled the same day and takes part in no round (ADR 0094)."""
RETURNS, WAITED, ALL = range(len(PRIORITIES))

CLOSED = {
    "elsewhere": ("School", is_elsewhere),
    "window": ("Window", None),
    "age": ("Age", takes_age),
    "process": ("Process", enters_here),
    "credits": ("Credits", takes_credits),
    "grade": ("Grade", takes_grade),
}
"""Why a program that a student ranked is not open to them, in the order in which it is asked."""


@dataclass(frozen=True)
class Choice:
    """One program that a student ranked, with the lines of seats that are open to the student.

    `priority` is a place in PRIORITIES. Without lines, `closed` is a key of CLOSED.
    """

    program: str
    name: str
    priority: int
    lines: tuple[str, ...] = ()
    closed: str = ""


@dataclass(frozen=True)
class Entrant:
    """A student in a round: `key` names nobody, the first choice comes first."""

    key: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Told:
    """What became of one choice: "got", "full" or "closed".

    Of the `seats` of a full one, `before` went to students of an earlier priority and `earlier` to
    those of the same priority with an earlier number.
    """

    choice: Choice
    became: str
    seats: int = 0
    before: int = 0
    earlier: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a round gave one student: the number drawn (from 1), the rank (from 1) and the line.

    `told` goes down the list to the choice that was obtained, or to its end.
    """

    key: str
    number: int
    rank: int | None
    line: str | None
    told: tuple[Told, ...]


def closed_by(student: StudentFacts, program: ProgramFacts | None) -> str:
    """Return the first key of CLOSED that keeps a student out of a program, or nothing.

    `program` comes with the lines of the round alone; None for one that is there no more.
    """
    if program is None or not program.lines:
        return "window"
    for key, (_, judges) in CLOSED.items():
        if judges is not None and judges(student, program).admits is False:
            return key
    return ""


def choice_of(student: StudentFacts, program: ProgramFacts, priority: int) -> Choice:
    """Return a ranked program as a choice of the round, with the lines that fit, in their order."""
    name = f"{program.school_name}: {program.name}"
    if closed := closed_by(student, program):
        return Choice(program.key, name, priority, closed=closed)
    lines = tuple(line.key for line in fitting_lines(student, program))
    return Choice(program.key, name, priority, lines)


def drawn_numbers(keys: Sequence[str], seed: int) -> dict[str, int]:
    """Return the lottery number of each student, from 1, as the seed alone decides it.

    Numbers follow the digests of seed and key: who comes or goes changes nobody's place among the
    others, and whoever knows the seed can draw again.
    """
    digests = {key: sha256(f"{seed}|{key}".encode()).digest() for key in keys}
    return {key: place for place, key in enumerate(sorted(digests, key=digests.__getitem__), 1)}


@dataclass(frozen=True)
class Layout:
    """The arrays of a round, as `deferred_acceptance` takes them, with the names of the lines."""

    rankings: Ints
    priorities: Ints
    capacities: Ints
    lines: tuple[str, ...]
    turns: tuple[tuple[int, ...], ...]
    """For each student, the choice (from 0) to which each place of the own list belongs."""


def laid_out(entrants: Sequence[Entrant], seats: Mapping[str, int]) -> Layout:
    """Return the arrays of a round; a choice with two lines takes two places, one after the other.

    Raises KeyError for a line of which no seats are told.
    """
    lines = tuple(seats)
    index = {key: place for place, key in enumerate(lines)}
    places = [
        [(index[line], choice.priority, turn)
         for turn, choice in enumerate(each.choices) for line in choice.lines]
        for each in entrants
    ]  # fmt: skip
    shape = (len(entrants), max((len(row) for row in places), default=0))
    rankings, priorities = np.full(shape, UNASSIGNED), np.zeros(shape, dtype=np.int64)
    for student, row in enumerate(places):
        for place, (line, priority, _) in enumerate(row):
            rankings[student, place], priorities[student, place] = line, priority
    capacities = np.array([seats[line] for line in lines], dtype=np.int64)
    turns = tuple(tuple(turn for *_, turn in row) for row in places)
    return Layout(rankings, priorities, capacities, lines, turns)


def played(entrants: Sequence[Entrant], seats: Mapping[str, int], seed: int) -> list[Outcome]:
    """Play a round: student-proposing deferred acceptance, one lottery, checked for stability.

    `seats` are the free ones of each line. The same arguments give the same outcomes, in the order
    of `entrants`. Raises RuntimeError where the independent checker finds a blocking pair.
    """
    layout = laid_out(entrants, seats)
    numbers = drawn_numbers([each.key for each in entrants], seed)
    lottery = np.array([numbers[each.key] for each in entrants], dtype=np.int64)
    arrays = (layout.rankings, layout.priorities, layout.capacities, lottery)
    program = deferred_acceptance(*arrays).program
    if len(pairs := blocking_pairs(*arrays, program)):
        raise RuntimeError(f"{len(pairs)} pairs block the round: nothing of it is kept")
    placed = [None if line == UNASSIGNED else layout.lines[line] for line in program.tolist()]
    return _told_outcomes(entrants, seats, numbers, placed)


def _told_outcomes(
    entrants: Sequence[Entrant],
    seats: Mapping[str, int],
    numbers: Mapping[str, int],
    placed: Sequence[str | None],
) -> list[Outcome]:
    holders: dict[str, list[tuple[int, int]]] = {line: [] for line in seats}
    for each, line in zip(entrants, placed, strict=True):
        if line is not None:
            holders[line].append((_choice_with(each, line).priority, numbers[each.key]))
    return [
        _outcome(each, line, numbers[each.key], seats, holders)
        for each, line in zip(entrants, placed, strict=True)
    ]


def _choice_with(entrant: Entrant, line: str) -> Choice:
    return next(each for each in entrant.choices if line in each.lines)


def _outcome(
    entrant: Entrant,
    line: str | None,
    number: int,
    seats: Mapping[str, int],
    holders: Mapping[str, list[tuple[int, int]]],
) -> Outcome:
    told = []
    for rank, choice in enumerate(entrant.choices, 1):
        if line is not None and line in choice.lines:
            told.append(Told(choice, "got"))
            return Outcome(entrant.key, number, rank, line, tuple(told))
        told.append(_passed_over(choice, number, seats, holders))
    return Outcome(entrant.key, number, None, None, tuple(told))


def _passed_over(
    choice: Choice,
    number: int,
    seats: Mapping[str, int],
    holders: Mapping[str, list[tuple[int, int]]],
) -> Told:
    """Say to whom the seats of a choice went that the student did not get."""
    if not choice.lines:
        return Told(choice, "closed")
    held = [each for line in choice.lines for each in holders[line]]
    return Told(
        choice, "full",
        seats=sum(seats[line] for line in choice.lines),
        before=sum(priority < choice.priority for priority, _ in held),
        earlier=sum(priority == choice.priority and drawn < number for priority, drawn in held),
    )  # fmt: skip
