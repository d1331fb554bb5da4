"""The bands of outreach: each of them follows from facts that it says, and from no score."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.wording import ENGLISH, Sentence
from bascule.mobility.outreach_bands import (
    BANDS,
    HIGH,
    LIMITS,
    LOW,
    MIDDLE,
    UNKNOWN,
    Facts,
    banded,
    comeback,
    finish,
    flagged,
    reach,
)

DAY = date(2026, 11, 20)
NOTHING = Facts(DAY, numbers=0)


def words(told: tuple[Sentence, ...]) -> list[str]:
    return [ENGLISH.say(each) for each in told]


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "band"),
    [
        (Facts(DAY, numbers=0), LOW),
        (Facts(DAY, numbers=1), MIDDLE),
        (Facts(DAY, numbers=1, dead=1), LOW),
        (Facts(DAY, numbers=2, dead=1), MIDDLE),
        (Facts(DAY, numbers=2, unanswered=4), MIDDLE),
        (Facts(DAY, numbers=2, unanswered=5), LOW),
        (Facts(DAY, numbers=0, answered_on=ago(60)), HIGH),
        (Facts(DAY, numbers=1, answered_on=ago(61)), MIDDLE),
        (Facts(DAY, numbers=1, answered_on=ago(61), unanswered=5), LOW),
    ],
)
def test_reach_is_an_answer_of_late_else_a_number_that_may_work(facts: Facts, band: str) -> None:
    assert reach(facts).band == band


@pytest.mark.parametrize(
    ("days", "grade", "absent", "band"),
    [
        (62, "10", None, HIGH),  # 8 weeks and 6 days are 8 weeks
        (63, "10", None, MIDDLE),
        (52 * 7 + 6, "10", None, MIDDLE),
        (53 * 7, "10", None, LOW),
        (53 * 7, "09", None, MIDDLE),
        (7, "10", Decimal(15), MIDDLE),
        (7, "10", Decimal("14.5"), HIGH),
        (7, "09", Decimal(30), HIGH),
        (7, "09", Decimal(0), HIGH),
        (53 * 7, "12", Decimal(30), LOW),
    ],
)
def test_return_is_the_weeks_away_then_absence_and_grade(
    days: int, grade: str, absent: Decimal | None, band: str
) -> None:
    facts = Facts(DAY, 0, left_on=ago(days), grade=grade, absent=absent, sessions=30)
    assert comeback(facts).band == band


@pytest.mark.parametrize(
    ("credits", "birth_on", "band"),
    [
        (Decimal(21), date(2008, 1, 1), HIGH),
        (Decimal(3), date(2010, 5, 1), MIDDLE),
        (Decimal(3), date(2006, 5, 1), LOW),
        (None, date(2008, 1, 1), UNKNOWN),
        (Decimal(3), None, UNKNOWN),
        (Decimal(24), date(2008, 1, 1), HIGH),
    ],
)
def test_finish_is_the_rule_of_the_eligibility_check(
    credits: Decimal | None, birth_on: date | None, band: str
) -> None:
    assert finish(replace(NOTHING, credits=credits, birth_on=birth_on)).band == band


def test_a_student_of_whom_nothing_is_reported_is_not_called_unlikely() -> None:
    found = banded(NOTHING)
    assert {key: each.band for key, each in found.items()} == {
        "reach": LOW, "comeback": UNKNOWN, "finish": UNKNOWN,
    }  # fmt: skip
    assert words(found["comeback"].told) == ["No day of leaving a school is reported."]
    assert flagged(NOTHING) == ()


@pytest.mark.parametrize(
    ("birth_on", "credits", "said"),
    [
        (date(2007, 11, 21), None,
         ["Turns 19 on Nov 21, 2026: from then on a denial for age needs due process."]),
        (date(2007, 11, 20), None, []),
        (date(2005, 11, 20), Decimal(20), ["Only 4 credits are left to the diploma."]),
        (date(2006, 11, 20), Decimal("19.5"),
         ["Turns 21 on Nov 20, 2027: no more than a year is left."]),
        (date(2009, 1, 1), Decimal(24), []),
    ],
)  # fmt: skip
def test_what_sets_a_student_apart_stands_beside_the_bands(
    birth_on: date, credits: Decimal | None, said: list[str]
) -> None:
    assert words(flagged(replace(NOTHING, birth_on=birth_on, credits=credits))) == said


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=DAY)
FACTS = st.builds(
    Facts,
    day=st.just(DAY), numbers=st.integers(0, 4), dead=st.integers(0, 4),
    answered_on=st.none() | DAYS, unanswered=st.integers(0, 9), left_on=st.none() | DAYS,
    grade=st.sampled_from(("", "09", "10", "12")),
    absent=st.none() | st.decimals(0, 30, places=1), sessions=st.integers(0, 30),
    birth_on=st.none() | st.dates(date(2003, 1, 1), date(2013, 1, 1)),
    credits=st.none() | st.decimals(0, 30, places=1),
)  # fmt: skip


def place(band: str) -> int:
    return BANDS.index(band)


@given(FACTS)
def test_every_band_says_in_words_what_put_the_student_there(facts: Facts) -> None:
    for each in banded(facts).values():
        assert each.band in BANDS
        assert all(words(each.told))
        assert each.told


@given(FACTS, st.integers(1, 3))
def test_who_is_away_for_longer_is_in_no_higher_band(facts: Facts, weeks: int) -> None:
    if facts.left_on is None:
        return
    longer = replace(facts, left_on=facts.left_on - timedelta(weeks=weeks))
    assert place(comeback(longer).band) >= place(comeback(facts).band)


@given(FACTS)
def test_an_answer_today_is_high_and_more_silence_is_never_higher(facts: Facts) -> None:
    assert reach(replace(facts, answered_on=DAY)).band == HIGH
    silent = replace(facts, unanswered=facts.unanswered + 1)
    assert place(reach(silent).band) >= place(reach(facts).band)


@given(FACTS, st.decimals(0, 5, places=1))
def test_more_credits_are_never_a_lower_band(facts: Facts, more: Decimal) -> None:
    if facts.credits is None:
        return
    further = replace(facts, credits=facts.credits + more)
    assert place(finish(further).band) <= place(finish(facts).band)


def test_the_limits_are_a_dated_proposal() -> None:
    assert LIMITS.since == date(2026, 11, 23)
