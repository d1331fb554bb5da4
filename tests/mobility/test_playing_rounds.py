"""A round is stable, repeatable from its seed, and tells each student why."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.wording import ENGLISH
from bascule.matching.stability import blocking_pairs
from bascule.mobility import rounds
from bascule.mobility.round_reasons import reasons_of
from bascule.mobility.rounds import (
    ALL,
    RETURNS,
    Choice,
    Entrant,
    Outcome,
    drawn_numbers,
    laid_out,
    played,
)

SEATS = {"a": 2, "b": 1, "b2": 1, "c": 0}


def choice(name: str, *lines: str, priority: int = ALL) -> Choice:
    return Choice(name.upper(), name.upper(), priority, lines or (name,))


def entrants_of(lists: list[list[str]]) -> list[Entrant]:
    return [
        Entrant(f"s{number}", tuple(choice(name) for name in names))
        for number, names in enumerate(lists)
    ]


def words(outcome: Outcome, entrants: int) -> list[str]:
    told = [
        {"program": each.choice.name, "became": each.became, "seats": each.seats,
         "before": each.before, "earlier": each.earlier, "closed": each.choice.closed}
        for each in outcome.told
    ]  # fmt: skip
    return [ENGLISH.say(why.sentence) for why in reasons_of(told, outcome.number, entrants)]


Lists = st.lists(st.lists(st.sampled_from(["a", "b", "c"]), unique=True), max_size=9)


@given(lists=Lists, seed=st.integers(0, 2**62 - 1), returning=st.sets(st.integers(0, 8)))
def test_every_round_is_stable_and_repeatable_and_gives_no_seat_twice(
    lists: list[list[str]], seed: int, returning: set[int]
) -> None:
    entrants = [
        replace(each, choices=tuple(replace(c, priority=RETURNS) for c in each.choices))
        if number in returning else each
        for number, each in enumerate(entrants_of(lists))
    ]  # fmt: skip
    outcomes = played(entrants, SEATS, seed)
    assert outcomes == played(entrants, SEATS, seed)
    layout = laid_out(entrants, SEATS)
    lines = [layout.lines.index(each.line) if each.line else -1 for each in outcomes]
    lottery = np.array([each.number for each in outcomes], dtype=int)
    pairs = blocking_pairs(layout.rankings, layout.priorities, layout.capacities, lottery, lines)
    assert pairs.tolist() == []
    for line, seats in SEATS.items():
        assert sum(each.line == line for each in outcomes) <= seats
    assert sorted(each.number for each in outcomes) == list(range(1, len(lists) + 1))


@given(st.lists(st.uuids(), unique=True, min_size=2, max_size=20), st.integers(0, 2**62 - 1))
def test_who_comes_or_goes_changes_nobodys_place_among_the_others(
    keys: list[object], seed: int
) -> None:
    names = [str(key) for key in keys]
    every, fewer = drawn_numbers(names, seed), drawn_numbers(names[1:], seed)
    assert sorted(names[1:], key=every.__getitem__) == sorted(names[1:], key=fewer.__getitem__)


def test_the_numbers_of_a_seed_are_these_for_ever() -> None:
    """By `printf "7|one" | sha256sum`: 898f..., 8c22..., c2dd...; of 8: three, one, two."""
    assert drawn_numbers(["one", "two", "three"], 7) == {"one": 1, "two": 2, "three": 3}
    assert drawn_numbers(["one", "two", "three"], 8) == {"three": 1, "one": 2, "two": 3}


def test_each_reason_names_who_the_seats_went_to() -> None:
    entrants = entrants_of([["b", "c", "a"]] * 2 + [["b"]])
    entrants[2] = Entrant("s2", (choice("b", priority=RETURNS),))
    first, second, third = played(entrants, SEATS, 1)
    assert words(third, 3) == ["Choice 1, B: a seat."]
    for each in (first, second):
        assert words(each, 3) == [
            "Choice 1, B: 1 seat, all to students of an earlier priority.",
            "Choice 2, C: no seat was free for this student's grade.",
            "Choice 3, A: a seat.",
        ]


def test_an_earlier_number_is_told_with_the_students_own() -> None:
    keys = [f"s{number}" for number in range(4)]
    numbers = drawn_numbers(keys, 5)
    outcomes = {each.number: each for each in played(entrants_of([["a"]] * 4), SEATS, 5)}
    assert sorted(outcomes) == sorted(numbers.values()) == [1, 2, 3, 4]
    assert words(outcomes[2], 4) == ["Choice 1, A: a seat."]
    assert words(outcomes[4], 4) == [
        "Choice 1, A: 2 seats, all to students with an earlier number; this student's was 4 of 4."
    ]


def test_both_priority_and_number_are_told_where_both_decided() -> None:
    returning = Entrant("s9", (choice("a", priority=RETURNS),))
    outcomes = played([*entrants_of([["a"]] * 2), returning], SEATS, 5)
    [last] = [each for each in outcomes if each.line is None]
    assert words(last, 3) == [
        "Choice 1, A: 2 seats, 1 of them to students of an earlier priority and 1 to students with"
        f" an earlier number; this student's was {last.number} of 3."
    ]


def test_two_lines_of_one_program_are_one_choice() -> None:
    asked = [Entrant(f"s{n}", (choice("b", "b", "b2"),)) for n in range(3)]
    outcomes = played(asked, SEATS, 1)
    assert sorted((each.rank, each.line) for each in outcomes if each.line) == [(1, "b"), (1, "b2")]
    [last] = [each for each in outcomes if each.line is None]
    assert (last.number, last.told[0].seats, last.told[0].earlier) == (3, 2, 2)


def test_a_closed_choice_is_passed_over_and_named() -> None:
    closed = Choice("x", "Program X", ALL, closed="age")
    [only] = played([Entrant("s", (closed, choice("a")))], SEATS, 1)
    assert (only.rank, only.line) == (2, "a")
    assert words(only, 1) == [
        "Choice 1, Program X: not open to this student now.", "Choice 2, A: a seat.",
    ]  # fmt: skip


def test_what_the_checker_finds_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "blocking_pairs", lambda *_: np.array([[0, 0]]))
    with pytest.raises(RuntimeError, match="1 pairs block the round"):
        played(entrants_of([["a"]]), SEATS, 1)
