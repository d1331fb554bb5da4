"""Assign students to programs: student-proposing deferred acceptance with one lottery.

Each student proposes down the own list; a program keeps those with the best priority, the lottery
deciding among equals, up to its capacity, and lets the rest go on. The result is stable and no
stable one is better for any student (domain/mobility.md 4.1, 4.2). While many propose at once,
whole rounds are computed as arrays; the last ones go one at a time (ADR 0091).
"""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bascule.matching.rounds import UNASSIGNED, Ints, Round, turns_of

FEW = 200
"""Below so many proposals a round, one at a time is faster than sorting whole programs."""


@dataclass(frozen=True)
class Assignment:
    """The program of each student, by index (students,); -1 where unassigned."""

    program: Ints


def deferred_acceptance(
    rankings: npt.ArrayLike,
    priorities: npt.ArrayLike,
    capacities: npt.ArrayLike,
    lottery: npt.ArrayLike,
) -> Assignment:
    """Return the student-optimal stable assignment.

    `rankings` (students x ranks): indices of programs, best first, -1 from where the list ends;
    `priorities`, of the same shape: the student's priority at that program, lower first;
    `capacities` (programs,): seats; `lottery` (students,): lower first among equal priorities,
    and among equal numbers the earlier row. What `priorities` say beyond a list's end is ignored.

    Raises ValueError where shapes do not fit, a program is not known or has two priorities for
    one student, a list goes on after its end, or there are fewer than no seats.
    """
    asked = Round(rankings, priorities, capacities)
    places = settled_places(asked, turns_of(lottery, asked.students))
    return Assignment(programs_at(asked, places))


def settled_places(asked: Round, turns: Ints) -> Ints:
    """Return where in the flat lists each student comes to rest; the list's end for nowhere."""
    return _Proposals(asked, turns).settle()


def programs_at(asked: Round, places: Ints) -> Ints:
    """Return the program at each student's place; -1 at the end of the list."""
    found = np.full(asked.students, UNASSIGNED, dtype=np.int64)
    is_placed = places < asked.end
    found[is_placed] = asked.ranked[places[is_placed]]
    return found


class _Proposals:
    """Who is held where and by which key, and how far each student has come down the own list.

    `cutoff` is the key that a proposal to a program must beat: that of the worst whom a full
    program holds, more than any key while a seat is free, less than any where there is no seat.
    """

    def __init__(self, asked: Round, turns: Ints) -> None:
        self.asked = asked
        self.keys = asked.keys(turns)
        self.place = asked.first.copy()
        self.program = np.full(asked.students, UNASSIGNED, dtype=np.int64)
        self.key = np.zeros(asked.students, dtype=np.int64)
        self.cutoff = np.where(asked.seats > 0, asked.span, -1)

    def settle(self) -> Ints:
        """Let everybody propose until nobody has to; return the places."""
        waiting = np.flatnonzero(self.place < self.asked.end)
        while len(waiting) > FEW:
            waiting = self._round(self._admissible(waiting))
        self._one_by_one(waiting.tolist())
        return self.place

    def _admissible(self, waiting: Ints) -> Ints:
        """Move each student down to the next program that would not refuse; return who found one.

        Cutoffs only fall, so whom a program would refuse now it would refuse later too.
        """
        found, place = [], self.place[waiting]
        while len(waiting):
            is_open = self.keys.take(place) < self.cutoff.take(self.asked.ranked.take(place))
            found.append(waiting[is_open])
            self.place[waiting[is_open]] = place[is_open]
            waiting, place = waiting[~is_open], place[~is_open] + 1
            is_over = place == self.asked.end[waiting]
            self.place[waiting[is_over]] = place[is_over]
            waiting, place = waiting[~is_over], place[~is_over]
        return np.concatenate([*found, waiting])

    def _round(self, proposing: Ints) -> Ints:
        """Let all propose at once; return who is refused, or displaced, and has a list left."""
        place, seats = self.place[proposing], self.asked.seats
        self.program[proposing] = self.asked.ranked.take(place)
        self.key[proposing] = self.keys.take(place)
        held = self._held_where_asked(proposing)
        programs = self.program[held]
        counts = np.bincount(programs, minlength=len(seats))
        turn = np.arange(len(held)) - (np.cumsum(counts) - counts).take(programs)
        last = held[turn == seats.take(programs) - 1]
        self.cutoff[self.program[last]] = self.key[last]
        refused = held[turn >= seats.take(programs)]
        self.program[refused] = UNASSIGNED
        self.place[refused] += 1
        return refused[self.place[refused] < self.asked.end[refused]]

    def _held_where_asked(self, proposing: Ints) -> Ints:
        """Return everybody at the programs that were asked now, by program, the best first."""
        was_asked = np.zeros(len(self.asked.seats) + 1, dtype=bool)  # the last: nowhere
        was_asked[self.program[proposing]] = True
        held = np.flatnonzero(was_asked.take(self.program))
        return held[np.argsort(self.program[held] * self.asked.span + self.key[held])]

    def _one_by_one(self, waiting: list[int]) -> None:
        """Let the last ones propose in turn; who is displaced proposes next."""
        heaps: dict[int, list[tuple[int, int]]] = {}
        while waiting:
            student = waiting.pop()
            self.place[student] = place = self._next_open(student)
            if place == self.asked.end[student]:
                continue
            program, key = int(self.asked.ranked[place]), int(self.keys[place])
            if program not in heaps:
                heaps[program] = self._heap_of(program)
            waiting += self._admit(heaps[program], program, key, student)

    def _next_open(self, student: int) -> int:
        """Return the next place of the student's list that would not refuse, or the list's end."""
        start, end = int(self.place[student]), int(self.asked.end[student])
        is_open = self.keys[start:end] < self.cutoff[self.asked.ranked[start:end]]
        return start + int(is_open.argmax()) if is_open.any() else end

    def _heap_of(self, program: int) -> list[tuple[int, int]]:
        """Return whom a program holds, as a heap with the worst on top."""
        held = np.flatnonzero(self.program == program)
        heap = list(zip((-self.key[held]).tolist(), held.tolist(), strict=True))
        heapq.heapify(heap)
        return heap

    def _admit(
        self, heap: list[tuple[int, int]], program: int, key: int, student: int
    ) -> list[int]:
        """Hold the student, whose key beats the cutoff; return whom the program lets go."""
        heapq.heappush(heap, (-key, student))
        self.program[student] = program
        displaced = []
        if len(heap) > self.asked.seats[program]:
            displaced = [heapq.heappop(heap)[1]]
            self.program[displaced] = UNASSIGNED
            self.place[displaced] += 1
        if len(heap) == self.asked.seats[program]:
            self.cutoff[program] = -heap[0][0]
        return displaced
