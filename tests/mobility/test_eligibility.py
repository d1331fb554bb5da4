"""The rules of eligibility, each at its limits: who is told what, and that nobody is denied."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.wording import ENGLISH
from bascule.mobility.eligibility import (
    ASK,
    FAILS,
    PASSES,
    RULES,
    UNKNOWN,
    Facts,
    findings_of,
    judged,
    kept_findings,
    may_be_denied_unasked,
)
from bascule.mobility.placement_facts import ProgramFacts

DAY = date(2026, 11, 20)


def program(fewest: str | None, most: str | None) -> ProgramFacts:
    limits = (Decimal(fewest) if fewest else None, Decimal(most) if most else None)
    return ProgramFacts(
        key="p", name="Evenings", school="s", school_name="Second Bridge", place=None,
        ages=(None, None), credits=limits, schedule="evening", lines=(),
    )  # fmt: skip


FACTS = Facts(
    day=DAY, birth_on=date(2009, 5, 2), credits=Decimal("7.5"), school="Harbor Point High School",
    is_doubted=False, programs=(program(None, "10"), program("11", None)),
)  # fmt: skip


def said(key: str, **changed: Any) -> tuple[str, str]:
    """What one rule says of the student with something else changed: verdict and words."""
    found = {each.key: each for each in judged(replace(FACTS, **changed))}[key]
    return found.verdict, ENGLISH.say(found.told)


def verdict(key: str, **changed: Any) -> str:
    return said(key, **changed)[0]


@pytest.mark.parametrize(
    ("birth_on", "age", "process"),
    [
        (date(2012, 11, 21), FAILS, PASSES),  # 13, and 14 tomorrow
        (date(2012, 11, 20), ASK, ASK),  # 14 today
        (date(2011, 11, 21), ASK, ASK),  # 14 for one day more
        (date(2011, 11, 20), PASSES, ASK),  # 15 today
        (date(2010, 11, 21), PASSES, ASK),  # 15 for one day more
        (date(2010, 11, 20), PASSES, PASSES),  # 16 today
        (date(2005, 11, 20), PASSES, PASSES),  # 21 today
        (date(2004, 11, 21), PASSES, PASSES),  # 21 for one day more
        (date(2004, 11, 20), FAILS, PASSES),  # 22 today
        (None, UNKNOWN, UNKNOWN),
    ],
)
def test_the_age_band_and_the_process_of_14_and_15_turn_on_birthdays(
    birth_on: date | None, age: str, process: str
) -> None:
    assert (verdict("age", birth_on=birth_on), verdict("own_process", birth_on=birth_on)) == (
        age, process,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("birth_on", "due_process", "unasked"),
    [
        (date(2007, 11, 21), PASSES, True),
        (date(2007, 11, 20), ASK, False),
        (date(2005, 11, 20), ASK, False),
        (None, UNKNOWN, False),
    ],
)
def test_from_19_on_a_denial_needs_a_word_on_due_process_and_so_does_an_unknown_age(
    birth_on: date | None, due_process: str, unasked: bool
) -> None:
    assert verdict("due_process", birth_on=birth_on) == due_process
    assert may_be_denied_unasked(replace(FACTS, birth_on=birth_on)) is unasked


@pytest.mark.parametrize(
    ("birth_on", "told"),
    [
        (date(2005, 11, 21), (PASSES, "1 day is left to the 21st birthday on Nov 21, 2026.")),
        (date(2005, 11, 22), (PASSES, "2 days are left to the 21st birthday on Nov 22, 2026.")),
        (date(2005, 11, 20), (FAILS, "The 21st birthday was on Nov 20, 2026.")),
        (None, (UNKNOWN, "The birth date is not reported.")),
    ],
)
def test_the_days_to_the_21st_birthday_are_counted(
    birth_on: date | None, told: tuple[str, str]
) -> None:
    assert said("birthday", birth_on=birth_on) == told


def test_who_was_born_on_a_leap_day_turns_15_and_21_on_march_1() -> None:
    born, before, after = date(2012, 2, 29), date(2027, 2, 28), date(2027, 3, 1)
    assert verdict("age", birth_on=born, day=before) == ASK
    assert verdict("age", birth_on=born, day=after) == PASSES
    assert said("birthday", birth_on=born, day=date(2033, 2, 28)) == (
        PASSES, "1 day is left to the 21st birthday on Mar 1, 2033.",
    )  # fmt: skip
    assert verdict("birthday", birth_on=born, day=date(2033, 3, 1)) == FAILS
    assert verdict("due_process", birth_on=born, day=date(2031, 2, 28)) == PASSES
    assert verdict("due_process", birth_on=born, day=date(2031, 3, 1)) == ASK


@pytest.mark.parametrize(
    ("earned", "birth_on", "told"),
    [  # 6 credits are left: 4 semesters at 1.5, until Nov 20, 2028; 2 at 3, until Nov 20, 2027
        ("18", date(2007, 11, 20), (PASSES,
            "Yes: 6 credits left, at 1.5 a semester 4 semesters, until about Nov 20, 2028.")),
        ("18", date(2007, 11, 19), (ASK,
            "Only at a full pace: 6 credits left, at 3 a semester 2 semesters, until about"
            " Nov 20, 2027. At 1.5 a semester it would be about Nov 20, 2028.")),
        ("18", date(2006, 11, 20), (ASK,
            "Only at a full pace: 6 credits left, at 3 a semester 2 semesters, until about"
            " Nov 20, 2027. At 1.5 a semester it would be about Nov 20, 2028.")),
        ("18", date(2006, 11, 19), (FAILS,
            "No: 6 credits left, at 3 a semester 2 semesters, until about Nov 20, 2027.")),
        (None, date(2009, 5, 2),
         (UNKNOWN, "The credits earned are not reported: no pace is known.")),
        ("18", None, (UNKNOWN, "The birth date is not reported: no pace is known.")),
    ],
)  # fmt: skip
def test_whether_the_diploma_comes_before_21_is_yes_no_or_not_known(
    earned: str | None, birth_on: date | None, told: tuple[str, str]
) -> None:
    credits = Decimal(earned) if earned else None
    assert said("finish", credits=credits, birth_on=birth_on) == told


@pytest.mark.parametrize(
    ("earned", "told"),
    [
        ("10", (PASSES, "10 credits are earned. Programs that take this number: 1 of 2.")),
        ("10.5", (FAILS, "10.5 credits are earned. Programs that take this number: 0 of 2.")),
        ("11", (PASSES, "11 credits are earned. Programs that take this number: 1 of 2.")),
        ("23.5", (PASSES, "23.5 credits are earned. Programs that take this number: 1 of 2.")),
        ("24", (ASK, "24 credits are earned, enough for a diploma.")),
        (None, (UNKNOWN, "The credits earned are not reported.")),
    ],
)
def test_the_credits_are_compared_with_the_limits_of_each_program(
    earned: str | None, told: tuple[str, str]
) -> None:
    assert said("credits", credits=Decimal(earned) if earned else None) == told


def test_without_a_program_no_limit_is_known() -> None:
    assert said("credits", programs=()) == (UNKNOWN, "No Options program is set up here.")


def test_residency_is_read_from_the_enrollment_and_asked_of_who_is_enrolled_nowhere() -> None:
    assert said("residency") == (
        PASSES, "Enrolled at Harbor Point High School, and nobody doubts the residency.",
    )  # fmt: skip
    assert verdict("residency", school="") == ASK
    assert said("residency", is_doubted=True) == (
        ASK, "A residency dispute is open: its outcome counts.",
    )  # fmt: skip


DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))
BORN = st.none() | st.dates(date(2000, 1, 1), date(2018, 12, 31))
EARNED = st.none() | st.decimals(0, 30, places=1)
CHANGES = st.fixed_dictionaries({
    "day": DAYS, "birth_on": BORN, "credits": EARNED, "school": st.sampled_from(["", "Here"]),
    "is_doubted": st.booleans(), "programs": st.sampled_from([(), FACTS.programs]),
})  # fmt: skip


@given(CHANGES)
def test_every_rule_says_something_and_what_is_kept_is_told_again(changed: dict[str, Any]) -> None:
    found = judged(replace(FACTS, **changed))
    assert [each.key for each in found] == [rule.key for rule in RULES]
    assert {each.verdict for each in found} <= {PASSES, ASK, FAILS, UNKNOWN}
    again = findings_of(kept_findings(found))
    assert [(each.verdict, ENGLISH.say(each.told)) for each in again] == [
        (each.verdict, ENGLISH.say(each.told)) for each in found
    ]


@given(CHANGES)
def test_the_rule_about_services_says_the_same_of_everybody(changed: dict[str, Any]) -> None:
    assert said("services", **changed) == said("services")
    assert verdict("services", **changed) == ASK


@given(CHANGES)
def test_an_unknown_fact_never_fails(changed: dict[str, Any]) -> None:
    unknown = replace(FACTS, **{**changed, "birth_on": None, "credits": None})
    assert [each.key for each in judged(unknown) if each.verdict == FAILS] == []


@given(CHANGES, st.integers(1, 400))
def test_a_day_later_there_is_never_more_time(changed: dict[str, Any], days: int) -> None:
    """Whoever does not pass for the 21st birthday or the diploma does not pass later either."""
    now = replace(FACTS, **changed)
    later = replace(now, day=now.day + timedelta(days=days))
    for key in ("birthday", "finish"):
        before, after = verdict_of(key, now), verdict_of(key, later)
        assert not (before == FAILS and after in (PASSES, ASK))


def verdict_of(key: str, facts: Facts) -> str:
    return {each.key: each.verdict for each in judged(facts)}[key]


@given(CHANGES, st.decimals(0, 6, places=1))
def test_more_credits_never_bring_the_diploma_later(changed: dict[str, Any], more: Decimal) -> None:
    now = replace(FACTS, **changed)
    if now.credits is None:
        return
    order = [UNKNOWN, FAILS, ASK, PASSES]
    richer = replace(now, credits=now.credits + more)
    assert order.index(verdict_of("finish", richer)) >= order.index(verdict_of("finish", now))
