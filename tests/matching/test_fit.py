"""A fit hides nothing: exclusions are named, scores are sums, what is unknown stays unknown."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.wording import ENGLISH, Sentence
from bascule.matching.fit import Criteria, Filter, Fit, Measured, Scored, Verdict, rank

Program = tuple[str, dict[str, float | bool | None]]
Wish = tuple[str, ...]


def said(text: str) -> Sentence:
    return Sentence("%(words)s", words=text)


def open_to(_: Wish, program: Program) -> Verdict:
    return Verdict(program[1].get("open", True), said("open"))  # type: ignore[arg-type]


def old_enough(_: Wish, program: Program) -> Verdict:
    return Verdict(program[1].get("age", True), said("age"))  # type: ignore[arg-type]


def near(_: Wish, program: Program) -> Measured:
    value = program[1].get("near")
    return Measured(None if value is None else Fraction(value), said("near"))


def soon(_: Wish, program: Program) -> Measured | None:
    value = program[1].get("soon")
    return None if value is None else Measured(Fraction(value), said("soon"))


def turn(wish: Wish, program: Program) -> int | None:
    return wish.index(program[0]) + 1 if program[0] in wish else None


CRITERIA = Criteria(
    "test", 4,
    (Filter("open", "Seat", open_to), Filter("age", "Age", old_enough)),
    (Scored("near", "Commute", 30, near), Scored("soon", "Start", 15, soon)),
    turn,
)  # fmt: skip


def names(fit: Fit[Program]) -> list[str]:
    return [each.program[0] for each in fit.candidates]


def test_an_excluded_program_names_every_filter_that_excludes_it_and_is_not_scored() -> None:
    programs: list[Program] = [("A", {"open": False, "age": False, "near": 1}), ("B", {"near": 0})]
    fit = rank((), programs, CRITERIA)
    assert names(fit) == ["B"]
    [out] = fit.excluded
    reasons = [(title, ENGLISH.say(why)) for title, why in out.reasons]
    assert (out.program[0], reasons) == ("A", [("Seat", "open"), ("Age", "age")])
    assert fit.version == 4


def test_what_a_filter_cannot_know_excludes_nobody_and_is_told() -> None:
    [found] = rank((), [("A", {"age": None, "near": 1})], CRITERIA).candidates
    assert [ENGLISH.say(each) for each in found.unknown] == ["age"]


def test_the_score_is_the_sum_of_the_shown_parts_rounded_half_up_each() -> None:
    [found] = rank((), [("A", {"near": 0.25, "soon": 0.5})], CRITERIA).candidates
    assert [(part.title, part.points, part.weight, part.speaks) for part in found.parts] == [
        ("Commute", 8, 30, "against"),  # 7.5
        ("Start", 8, 15, "for"),  # 7.5
    ]
    assert (found.points, found.possible) == (16, 45)


def test_what_is_not_known_is_neither_given_nor_possible_and_no_zero() -> None:
    programs: list[Program] = [
        ("low", {"near": 0.1, "soon": 0.6}),  # 3 + 9 of 45
        ("unknown", {"soon": 0.6}),  # 9 of 15
        ("zero", {"near": 0, "soon": 0.6}),  # 9 of 45
    ]
    fit = rank((), programs, CRITERIA)
    assert names(fit) == ["unknown", "low", "zero"]
    scores = [(each.points, each.possible, each.share) for each in fit.candidates]
    assert scores == [(9, 15, Fraction(3, 5)), (12, 45, Fraction(4, 15)), (9, 45, Fraction(1, 5))]
    assert fit.candidates[0].parts[0].speaks == "unknown"


def test_of_a_criterion_that_does_not_apply_nothing_is_shown() -> None:
    [found] = rank((), [("A", {"near": 1})], CRITERIA).candidates
    assert [part.title for part in found.parts] == ["Commute"]


def test_what_the_student_ranked_comes_first_whatever_the_score() -> None:
    programs: list[Program] = [("A", {"near": 1}), ("B", {"near": 0}), ("C", {"near": 0.5})]
    assert names(rank(("C", "B"), programs, CRITERIA)) == ["C", "B", "A"]


def test_equals_stand_by_what_is_known_of_them_and_then_in_the_order_given() -> None:
    programs: list[Program] = [("A", {"near": 1}), ("B", {"near": 1, "soon": 1}), ("C", {})]
    assert names(rank((), programs, CRITERIA)) == ["B", "A", "C"]
    same: list[Program] = [("Z", {"near": 1}), ("A", {"near": 1})]
    assert names(rank((), same, CRITERIA)) == ["Z", "A"]


@pytest.mark.parametrize(("value", "points"), [(-1.0, 0), (0.0, 0), (1.0, 30), (7.0, 30)])
def test_no_part_leaves_its_weight(value: float, points: int) -> None:
    [found] = rank((), [("A", {"near": value})], CRITERIA).candidates
    assert found.points == points


def test_criteria_that_share_a_key_or_weigh_nothing_are_refused() -> None:
    twice, nothing = Scored("open", "Again", 5, near), Scored("none", "Nothing", 0, near)
    with pytest.raises(ValueError, match="test: two criteria of one key"):
        Criteria("test", 1, CRITERIA.filters, (twice,), turn)
    with pytest.raises(ValueError, match="test: a criterion weighs nothing"):
        Criteria("test", 1, CRITERIA.filters, (nothing,), turn)


parts = st.none() | st.floats(0, 1)
drawn = st.fixed_dictionaries({"open": st.none() | st.booleans(), "near": parts, "soon": parts})


@given(st.lists(drawn, max_size=8), st.sets(st.integers(0, 9), max_size=3))
def test_every_program_is_told_of_once_and_a_better_one_never_stands_lower(
    facts: list[dict[str, float | bool | None]], wish: set[int]
) -> None:
    programs = [(str(number), each) for number, each in enumerate(facts)]
    fit = rank(tuple(map(str, sorted(wish))), programs, CRITERIA)
    told = [*names(fit), *(each.program[0] for each in fit.excluded)]
    assert sorted(told) == sorted(each[0] for each in programs)
    assert {each.program[0] for each in fit.excluded} == {
        name for name, each in programs if each["open"] is False
    }
    unranked = [each.share for each in fit.candidates if each.turn is None]
    assert unranked == sorted(unranked, reverse=True)
    assert [each.turn for each in fit.candidates if each.turn is not None] == sorted(
        each.turn for each in fit.candidates if each.turn is not None
    )
    assert fit.proposed == fit.candidates[:3]
