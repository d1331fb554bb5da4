"""The chain of primary stints: one school a day, whatever the claims say."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.roster.stints import Claim, Overlap, Stint, derive_stints, overlaps

SEP_1, OCT_31, NOV_1, NOV_20, NOV_21 = (
    date(2025, 9, 1), date(2025, 10, 31), date(2025, 11, 1), date(2025, 11, 20),
    date(2025, 11, 21),
)  # fmt: skip
JUN_10 = date(2026, 6, 10)


def claim(
    key: str,
    school: str,
    starts_on: date,
    ends_on: date | None = None,
    codes: tuple[str, str | None] = ("02", None),
) -> Claim:
    return Claim(key, school, starts_on, ends_on, codes[0], codes[1], "9", 2026)


def brief(stints: Iterable[Stint]) -> list[tuple[str | int, date, date | None, str | None]]:
    return [(s.school, s.starts_on, s.ends_on, s.exit_code) for s in stints]


def test_a_claim_alone_becomes_a_stint_with_all_it_says() -> None:
    alone = claim("a", "North", SEP_1, JUN_10, ("02", "01"))
    assert derive_stints([alone]) == [
        Stint("North", SEP_1, JUN_10, "02", "01", "9", 2026, "a"),
    ]


def test_the_school_that_enrolls_later_takes_over_and_the_late_release_keeps_no_exit_code() -> None:
    left = claim("a", "North", SEP_1, NOV_20, ("02", "02"))
    joined = claim("b", "South", NOV_1, None, ("04", None))
    assert brief(derive_stints([left, joined])) == [
        ("North", SEP_1, OCT_31, None),
        ("South", NOV_1, None, None),
    ]


def test_a_year_end_code_does_not_explain_a_departure_in_autumn() -> None:
    never_released = claim("a", "North", SEP_1, JUN_10, ("02", "01"))
    joined = claim("b", "South", NOV_1, JUN_10, ("04", "01"))
    assert brief(derive_stints([never_released, joined])) == [
        ("North", SEP_1, OCT_31, None),
        ("South", NOV_1, JUN_10, "01"),
    ]


def test_a_claim_resumes_when_the_inner_claim_ends_and_its_exit_code_stays_with_its_end() -> None:
    outer = claim("a", "North", SEP_1, JUN_10, ("02", "01"))
    inner = claim("b", "South", NOV_1, NOV_20, ("04", "02"))
    assert derive_stints([outer, inner]) == [
        Stint("North", SEP_1, OCT_31, "02", None, "9", 2026, "a"),
        Stint("South", NOV_1, NOV_20, "04", "02", "9", 2026, "b"),
        Stint("North", NOV_21, JUN_10, "02", "01", "9", 2026, "a"),
    ]


def test_two_claims_from_the_same_day_go_to_the_open_one() -> None:
    closed = claim("a", "North", SEP_1, NOV_20)
    open_one = claim("b", "South", SEP_1)
    assert brief(derive_stints([closed, open_one])) == [("South", SEP_1, None, None)]


def test_two_claims_of_the_same_days_go_to_the_smaller_key() -> None:
    first, second = claim("a1", "North", SEP_1), claim("a10", "South", SEP_1)
    assert brief(derive_stints([second, first])) == [("North", SEP_1, None, None)]


def test_a_hidden_claim_does_not_split_the_one_that_hides_it() -> None:
    hiding, hidden = claim("b", "South", SEP_1, JUN_10), claim("a", "North", SEP_1, NOV_20)
    assert brief(derive_stints([hiding, hidden])) == [("South", SEP_1, JUN_10, None)]


def test_a_re_entry_on_the_day_of_the_exit_leaves_no_gap_and_no_overlap() -> None:
    dropped = claim("a", "North", SEP_1, NOV_1, ("02", "30"))
    back = claim("b", "North", NOV_1, None, ("10", None))
    assert brief(derive_stints([dropped, back])) == [
        ("North", SEP_1, OCT_31, None),
        ("North", NOV_1, None, None),
    ]


def test_a_claim_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="claim a ends before it starts"):
        derive_stints([claim("a", "North", NOV_1, OCT_31)])


def test_a_claim_to_the_end_of_time_must_be_written_as_open() -> None:
    with pytest.raises(ValueError, match="claim a has no end"):
        derive_stints([claim("a", "North", NOV_1, date.max)])


def test_an_overlap_names_both_claims_and_the_days_in_common() -> None:
    left, joined = claim("a", "North", SEP_1, NOV_20), claim("b", "South", NOV_1)
    found = overlaps([joined, left])
    assert found == [Overlap(left, joined, NOV_1, NOV_20)]
    assert found[0].days_in_common(as_of=JUN_10) == 20


def test_an_open_overlap_grows_day_by_day() -> None:
    both = [claim("a", "North", SEP_1), claim("b", "South", NOV_1)]
    (found,) = overlaps(both)
    assert (found.ends_on, found.days_in_common(NOV_1), found.days_in_common(NOV_20)) == (
        None, 1, 20,
    )  # fmt: skip


def test_entry_the_day_after_the_exit_and_claims_of_one_school_are_no_overlap() -> None:
    left = claim("a", "North", SEP_1, OCT_31)
    joined = claim("b", "South", NOV_1)
    again = claim("c", "South", NOV_20)
    assert overlaps([left, joined, again]) == []


def test_of_three_claims_each_pair_of_schools_is_named() -> None:
    a, b, c = claim("a", "N", SEP_1), claim("b", "S", NOV_1), claim("c", "W", NOV_20)
    assert [(o.first.key, o.second.key) for o in overlaps([c, a, b])] == [
        ("a", "b"), ("a", "c"), ("b", "c"),
    ]  # fmt: skip


DAYS = st.integers(0, 40).map(lambda offset: SEP_1 + timedelta(days=offset))


@st.composite
def claims_of_one_student(draw: st.DrawFn) -> list[Claim]:
    """Draw up to seven claims of three schools within six weeks, some open, keys unique."""
    drawn = []
    for place in range(draw(st.integers(0, 7))):
        starts_on = draw(DAYS)
        length = draw(st.one_of(st.none(), st.integers(0, 25)))
        ends_on = None if length is None else starts_on + timedelta(days=length)
        exit_code = None if ends_on is None else draw(st.sampled_from(["01", "02", "33"]))
        school = draw(st.sampled_from(["North", "South", "West"]))
        drawn.append(claim(f"k{place}", school, starts_on, ends_on, ("04", exit_code)))
    return drawn


def covers(span: Claim | Stint, day: date) -> bool:
    return span.starts_on <= day <= (span.ends_on or date.max)


@given(claims_of_one_student())
def test_each_covered_day_has_exactly_one_stint_and_it_is_the_primary_claim_s(
    claims: list[Claim],
) -> None:
    stints = derive_stints(claims)
    for offset in range(-1, 70):
        day = SEP_1 + timedelta(days=offset)
        covering = [c for c in claims if covers(c, day)]
        ranked = sorted(covering, key=lambda c: c.key)
        ranked.sort(key=lambda c: (c.starts_on, c.ends_on or date.max), reverse=True)
        expected = [ranked[0].key] if ranked else []
        assert [s.claim_key for s in stints if covers(s, day)] == expected


@given(claims_of_one_student(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_the_claims_matters(
    claims: list[Claim], random: Random
) -> None:
    shuffled = claims * 2
    random.shuffle(shuffled)
    assert derive_stints(shuffled) == derive_stints(claims)


@given(claims_of_one_student())
def test_stints_come_in_order_of_time_and_only_the_last_may_be_open(claims: list[Claim]) -> None:
    stints = derive_stints(claims)
    assert stints == sorted(stints, key=lambda s: s.starts_on)
    assert all(s.ends_on is not None for s in stints[:-1])


@given(claims_of_one_student())
def test_a_code_survives_only_on_the_day_the_claim_itself_ends(claims: list[Claim]) -> None:
    own = {c.key: c for c in claims}
    for stint in derive_stints(claims):
        source = own[stint.claim_key]
        expected = source.exit_code if stint.ends_on == source.ends_on else None
        assert stint.exit_code == expected


@given(claims_of_one_student())
def test_running_the_rule_on_its_own_chain_changes_nothing(claims: list[Claim]) -> None:
    chain = derive_stints(claims)
    reported = [
        Claim(s.claim_key, s.school, s.starts_on, s.ends_on, s.entry_code, s.exit_code, s.grade,
              s.school_year)
        for s in chain
    ]  # fmt: skip
    assert derive_stints(reported) == chain


@given(claims_of_one_student())
def test_claims_that_do_not_overlap_pass_unchanged(claims: list[Claim]) -> None:
    apart: list[Claim] = []
    for place, each in enumerate(claims):
        shift = timedelta(days=100 * place)
        ends_on = (each.ends_on or each.starts_on) + shift
        apart.append(replace(each, starts_on=each.starts_on + shift, ends_on=ends_on))
    expected = [
        Stint(c.school, c.starts_on, c.ends_on, c.entry_code, c.exit_code, c.grade,
              c.school_year, c.key)
        for c in apart
    ]  # fmt: skip
    assert derive_stints(apart) == expected


@given(claims_of_one_student())
def test_overlaps_are_exactly_the_days_two_schools_claim(claims: list[Claim]) -> None:
    found = overlaps(claims)
    for offset in range(70):
        day = SEP_1 + timedelta(days=offset)
        here = sorted(c.key for c in claims if covers(c, day))
        pairs = {
            frozenset((a.key, b.key))
            for a in claims for b in claims
            if a.key in here and b.key in here and a.school != b.school
        }  # fmt: skip
        named = {
            frozenset((o.first.key, o.second.key))
            for o in found
            if o.starts_on <= day <= (o.ends_on or date.max)
        }
        assert named == pairs
