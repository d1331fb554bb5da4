"""The roster confirms a handover only by both days and both codes; silence is no contradiction."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.mobility.roster_answers import Agreed, Answer, Claimed, Difference, answer_to

SENDING, RECEIVING, THIRD = 1, 2, 3
AGREED = Agreed(SENDING, RECEIVING, date(2026, 11, 13), date(2026, 11, 16), "02", "04")
LEFT = Claimed(SENDING, date(2026, 8, 24), date(2026, 11, 13), "02", "02")
STAYED = replace(LEFT, ends_on=None, exit_code="")
CAME = Claimed(RECEIVING, date(2026, 11, 16), None, "04", "")
LAST_DAY = Difference("last_day", "2026-11-13", "")
FIRST_DAY = Difference("first_day", "2026-11-16", "")


@pytest.mark.parametrize(
    ("claims", "answer"),
    [
        ([LEFT, CAME], Answer("confirmed")),
        ([CAME, LEFT], Answer("confirmed")),
        ([STAYED], Answer("missed", (LAST_DAY, FIRST_DAY))),
        ([], Answer("missed", (LAST_DAY, FIRST_DAY))),
        ([LEFT], Answer("missed", (FIRST_DAY,))),
        ([STAYED, CAME], Answer("missed", (LAST_DAY,))),
        (
            [replace(LEFT, ends_on=date(2026, 11, 10)), CAME],
            Answer("contradicted", (replace(LAST_DAY, sis_says="2026-11-10"),)),
        ),
        (
            [LEFT, replace(CAME, starts_on=date(2026, 11, 18))],
            Answer("contradicted", (replace(FIRST_DAY, sis_says="2026-11-18"),)),
        ),
        (
            [replace(LEFT, exit_code="33"), replace(CAME, entry_code="01")],
            Answer("contradicted", (
                Difference("exit_code", "02", "33"), Difference("entry_code", "04", "01"),
            )),
        ),
        (
            [replace(LEFT, ends_on=date(2026, 11, 10))],
            Answer("contradicted", (replace(LAST_DAY, sis_says="2026-11-10"), FIRST_DAY)),
        ),
    ],
)  # fmt: skip
def test_each_half_is_looked_for_by_itself(claims: list[Claimed], answer: Answer) -> None:
    assert answer_to(AGREED, claims) == answer


def test_what_was_before_and_what_came_after_does_not_count() -> None:
    """An earlier year at either school, a later return, and leaving the new school again."""
    earlier = [
        replace(LEFT, starts_on=date(2025, 8, 25), ends_on=date(2026, 6, 12), exit_code="01"),
        replace(CAME, starts_on=date(2024, 8, 26), ends_on=date(2025, 6, 13), entry_code="01"),
    ]
    later = [replace(LEFT, starts_on=date(2027, 1, 11), ends_on=None, exit_code="")]
    left_again = replace(CAME, ends_on=date(2026, 12, 18), exit_code="20")
    assert answer_to(AGREED, [*earlier, LEFT, left_again, *later]) == Answer("confirmed")


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 11, 13), Answer("missed", (FIRST_DAY,))),
        (date(2026, 11, 14), Answer("contradicted", (Difference("school", "2", "3"),))),
        (date(2026, 11, 26), Answer("contradicted", (Difference("school", "2", "3"),))),
        (date(2026, 11, 27), Answer("missed", (FIRST_DAY,))),
    ],
)
def test_a_third_school_in_the_days_of_the_move_contradicts(day: date, answer: Answer) -> None:
    elsewhere = Claimed(THIRD, day, None, "04", "")
    assert answer_to(AGREED, [LEFT, elsewhere]) == answer
    assert answer_to(AGREED, [LEFT, elsewhere, CAME]).kind == "confirmed"


DAYS = st.integers(0, 400).map(lambda count: date(2026, 1, 1) + timedelta(days=count))
CODES = st.sampled_from(["", "02", "04", "33"])


@st.composite
def a_claim(draw: st.DrawFn) -> Claimed:
    starts_on = draw(DAYS)
    length = draw(st.none() | st.integers(0, 200))
    ends_on = None if length is None else starts_on + timedelta(days=length)
    school = draw(st.sampled_from([SENDING, RECEIVING, THIRD]))
    return Claimed(school, starts_on, ends_on, draw(CODES), draw(CODES) if ends_on else "")


@given(st.lists(a_claim(), max_size=6), st.randoms())
def test_the_answer_follows_from_its_differences_whatever_the_order(
    claims: list[Claimed], shuffler: object
) -> None:
    answer = answer_to(AGREED, claims)
    expected = "confirmed" if not answer.differences else (
        "contradicted" if any(each.sis_says for each in answer.differences) else "missed"
    )  # fmt: skip
    assert answer.kind == expected
    assert all(each.we_say != each.sis_says for each in answer.differences)
    keys = [(each.school, each.starts_on) for each in claims]
    if len(set(keys)) == len(keys):  # of two spells on one day the first said counts
        shuffler.shuffle(claims)  # type: ignore[attr-defined]
        assert answer_to(AGREED, claims) == answer


@given(st.lists(a_claim(), max_size=6))
def test_a_roster_that_holds_both_halves_and_nothing_else_there_confirms(
    others: list[Claimed],
) -> None:
    elsewhere = [each for each in others if each.school == THIRD]
    assert answer_to(AGREED, [*elsewhere, LEFT, CAME]).kind == "confirmed"
