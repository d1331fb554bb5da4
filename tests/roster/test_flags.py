"""The declared rules on one student's chain: each fires, and its near misses do not."""

from datetime import date, timedelta

import pytest

from bascule.kernel.school_calendar import SchoolCalendar
from bascule.roster.flags import (
    add_months,
    claims_overlap,
    did_not_arrive,
    enrollment_gaps,
    highly_mobile,
    same_school_re_entries,
    unproven_transfers,
)
from bascule.roster.rules import (
    ENROLLMENT_GAP,
    HIGHLY_MOBILE,
    RULES,
    DayOneAbsence,
    Finding,
    Proof,
    Rule,
    finding,
)
from bascule.roster.stints import Claim, Stint

AS_OF = date(2026, 3, 2)  # a Monday
DAY_ONE = date(2025, 8, 18)
BORN = date(2011, 5, 4)
# Monday to Friday from 19 Aug 2024 to 12 Jun 2026, without the summer between: no holidays.
CALENDAR = SchoolCalendar.of(
    day
    for day in (date(2024, 8, 19) + timedelta(days=n) for n in range(663))
    if day.weekday() < 5 and not date(2025, 6, 14) <= day < DAY_ONE
)


def stint(
    school: str, starts_on: date, ends_on: date | None = None, entry: str = "04",
    exit_code: str | None = None, year: int = 2026,
) -> Stint:  # fmt: skip
    return Stint(school, starts_on, ends_on, entry, exit_code, "9", year, school + "-claim")


def chain(*schools_from: tuple[str, date]) -> list[Stint]:
    """Return stints back to back, each a transfer within the district, the last one open."""
    ends: list[date | None] = [start - timedelta(days=1) for _, start in schools_from[1:]]
    return [
        stint(school, start, end, exit_code=end and "02")
        for (school, start), end in zip(schools_from, [*ends, None], strict=True)
    ]


# --- highly mobile ---------------------------------------------------------------------------


def test_two_moves_in_twelve_months_are_highly_mobile() -> None:
    stints = chain(("N", DAY_ONE), ("S", date(2025, 11, 3)), ("W", date(2026, 2, 2)))
    assert highly_mobile(stints, AS_OF, CALENDAR) == [
        Finding(
            "highly_mobile", 1, "W", date(2026, 2, 2),
            "Changed schools 2 times in 12 months and 2 times in 36, promotions not counted.",
            {"moves_short": 2, "moves_long": 2, "days_out": 0},
        )
    ]  # fmt: skip


def test_days_enrolled_nowhere_between_the_moves_are_part_of_the_reason() -> None:
    stints = [
        stint("N", DAY_ONE, date(2025, 10, 31), exit_code="02"),
        stint("S", date(2025, 11, 17), date(2026, 1, 30), exit_code="02"),
        stint("W", date(2026, 2, 2)),
    ]
    (found,) = highly_mobile(stints, AS_OF, CALENDAR)
    assert found.figures == {"moves_short": 2, "moves_long": 2, "days_out": 10}
    assert found.because == (
        "Changed schools 2 times in 12 months and 2 times in 36, promotions not counted; "
        "enrolled nowhere for 10 school days in between."
    )


def test_two_moves_exactly_twelve_months_apart_are_not_highly_mobile() -> None:
    stints = chain(("N", date(2024, 8, 19)), ("S", date(2025, 2, 3)), ("W", date(2026, 2, 3)))
    assert highly_mobile(stints, AS_OF, CALENDAR) == []


def test_two_moves_a_day_less_than_twelve_months_apart_are_highly_mobile() -> None:
    stints = chain(("N", date(2024, 8, 19)), ("S", date(2025, 2, 3)), ("W", date(2026, 2, 2)))
    assert [f.began_on for f in highly_mobile(stints, AS_OF, CALENDAR)] == [date(2026, 2, 2)]


def test_three_moves_within_three_years_are_highly_mobile_though_a_year_apart_each() -> None:
    days = [date(2023, 3, 6), date(2024, 3, 6), date(2025, 3, 7)]
    stints = chain(("A", date(2022, 8, 22)), ("B", days[0]), ("C", days[1]), ("D", days[2]))
    (found,) = highly_mobile(stints, date(2025, 9, 1), CALENDAR)
    assert (found.school, found.began_on, found.ended_on) == ("D", days[2], None)
    assert found.figures == {"moves_short": 1, "moves_long": 3, "days_out": 0}


def test_being_highly_mobile_ends_when_both_counts_have_expired() -> None:
    stints = chain(("N", date(2022, 8, 22)), ("S", date(2022, 11, 1)), ("W", date(2023, 2, 1)))
    (found,) = highly_mobile(stints, AS_OF, CALENDAR)
    assert (found.began_on, found.ended_on) == (date(2023, 2, 1), date(2023, 10, 31))
    assert [f.ended_on for f in highly_mobile(stints, date(2023, 10, 31), CALENDAR)] == [None]


def test_another_move_prolongs_the_spell_as_long_as_the_rule_says() -> None:
    days = [date(2022, 11, 1), date(2023, 2, 1), date(2023, 9, 1), date(2025, 10, 1)]
    stints = chain(("A", date(2022, 8, 22)), *zip("BCDE", days, strict=True))
    assert [(f.began_on, f.ended_on, f.figures["moves_long"])
            for f in highly_mobile(stints, AS_OF, CALENDAR)] == [
        (date(2023, 2, 1), date(2026, 1, 31), 4),
    ]  # fmt: skip
    without_long = Rule("highly_mobile", 2, {**HIGHLY_MOBILE.parameters, "moves_long": 9})
    assert [(f.began_on, f.ended_on)
            for f in highly_mobile(stints, AS_OF, CALENDAR, without_long)] == [
        (date(2023, 2, 1), date(2024, 1, 31)),
    ]  # fmt: skip


@pytest.mark.parametrize(("exit_code", "entry"), [("05", "04"), ("01", "03"), ("01", "02")])
def test_a_promotional_move_does_not_count(exit_code: str, entry: str) -> None:
    stints = [
        stint("N", date(2024, 8, 19), date(2025, 6, 13), "02", exit_code, 2025),
        stint("S", DAY_ONE, date(2025, 10, 31), entry, "02"),
        stint("W", date(2025, 11, 3)),
    ]
    assert highly_mobile(stints, AS_OF, CALENDAR) == []


def test_a_summer_transfer_that_is_no_promotion_counts() -> None:
    stints = [
        stint("N", date(2024, 8, 19), date(2025, 6, 13), "02", "01", 2025),
        stint("S", DAY_ONE, date(2025, 10, 31), "04", "02"),
        stint("W", date(2025, 11, 3)),
    ]
    assert [f.began_on for f in highly_mobile(stints, AS_OF, CALENDAR)] == [date(2025, 11, 3)]


def test_returns_to_the_same_school_are_no_moves() -> None:
    stints = chain(("N", DAY_ONE), ("N", date(2025, 11, 3)), ("N", date(2026, 2, 2)))
    assert highly_mobile(stints, AS_OF, CALENDAR) == []


def test_a_move_after_the_day_asked_is_not_yet_one() -> None:
    stints = chain(("N", DAY_ONE), ("S", date(2025, 11, 3)), ("W", date(2026, 3, 3)))
    assert highly_mobile(stints, AS_OF, CALENDAR) == []


# --- enrollment gap --------------------------------------------------------------------------


def gap_of(school_days: int) -> list[Stint]:
    left_on = date(2025, 10, 31)  # a Friday
    back_on = CALENDAR.school_days_after(left_on, school_days + 1)
    return [stint("N", DAY_ONE, left_on, exit_code="21"), stint("S", back_on)]


def test_a_gap_of_exactly_the_limit_does_not_fire() -> None:
    assert enrollment_gaps(gap_of(10), BORN, AS_OF, CALENDAR) == []


def test_a_gap_of_one_school_day_more_fires_and_ends_on_the_day_before_the_return() -> None:
    assert enrollment_gaps(gap_of(11), BORN, AS_OF, CALENDAR) == [
        Finding(
            "enrollment_gap", 1, "N", date(2025, 11, 1),
            "Enrolled nowhere for 11 school days since Nov 1, 2025, which is more than 10.",
            {"school_days": 11}, date(2025, 11, 17),
        )
    ]  # fmt: skip


def test_a_gap_is_open_until_the_day_asked_and_counts_until_then() -> None:
    left = [stint("N", DAY_ONE, date(2026, 2, 13), exit_code="20")]
    assert enrollment_gaps(left, BORN, date(2026, 2, 27), CALENDAR) == []
    (found,) = enrollment_gaps(left, BORN, AS_OF, CALENDAR)
    assert (found.began_on, found.ended_on, found.figures) == (
        date(2026, 2, 14), None, {"school_days": 11},
    )  # fmt: skip


def test_the_summer_is_no_gap_but_a_student_who_stays_away_in_fall_is_one() -> None:
    june = stint("N", date(2024, 8, 19), date(2025, 6, 13), exit_code="01", year=2025)
    assert enrollment_gaps([june, stint("N", DAY_ONE)], BORN, AS_OF, CALENDAR) == []
    (found,) = enrollment_gaps([june], BORN, date(2025, 9, 1), CALENDAR)
    assert (found.began_on, found.figures) == (date(2025, 6, 14), {"school_days": 11})


@pytest.mark.parametrize("exit_code", ["06", "07", "14", "24", "33", "40", "23"])
def test_who_finished_died_or_is_taught_elsewhere_is_not_enrolled_nowhere(exit_code: str) -> None:
    left = [stint("N", DAY_ONE, date(2025, 10, 31), exit_code=exit_code)]
    assert enrollment_gaps(left, BORN, AS_OF, CALENDAR) == []


def test_only_the_days_at_the_ages_that_count_make_a_gap() -> None:
    left = [stint("N", DAY_ONE, date(2025, 10, 31), exit_code="20")]
    turns_six, turned_22 = date(2020, 2, 13), date(2003, 11, 14)
    (young,) = enrollment_gaps(left, turns_six, AS_OF, CALENDAR)
    assert (young.began_on, young.figures) == (date(2026, 2, 13), {"school_days": 12})
    assert enrollment_gaps(left, turned_22, AS_OF, CALENDAR) == []
    (old,) = enrollment_gaps(left, date(2003, 11, 18), AS_OF, CALENDAR)
    assert (old.figures, old.ended_on) == ({"school_days": 11}, date(2025, 11, 17))


def test_an_unknown_birth_date_loses_nobody() -> None:
    assert len(enrollment_gaps(gap_of(11), None, AS_OF, CALENDAR)) == 1


def test_a_stint_cut_short_by_a_newer_claim_leaves_no_gap() -> None:
    stints = [stint("N", DAY_ONE, date(2025, 10, 31)), stint("S", date(2025, 11, 1))]
    assert enrollment_gaps(stints, BORN, AS_OF, CALENDAR) == []


def test_an_exit_planned_for_later_has_not_happened() -> None:
    leaving = [stint("N", DAY_ONE, date(2026, 6, 12), exit_code="20")]
    assert enrollment_gaps(leaving, BORN, AS_OF, CALENDAR) == []


# --- same-school re-entry --------------------------------------------------------------------


def drop_and_return(days: int, exit_code: str = "33", school: str = "N") -> list[Stint]:
    left_on = date(2025, 10, 3)  # a Friday
    return [
        stint("N", DAY_ONE, left_on, exit_code=exit_code),
        stint(school, left_on + timedelta(days=days), entry="10"),
    ]


def test_a_drop_and_return_within_thirty_days_fires() -> None:
    assert same_school_re_entries(drop_and_return(30), AS_OF, CALENDAR) == [
        Finding(
            "same_school_re_entry", 1, "N", date(2025, 10, 3),
            "Withdrawn with code 33 and back at the same school 30 days later, "
            "missing 20 school days.",
            {"days": 30, "school_days": 20, "exit_code": "33"},
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "exit_code", "school"),
    [
        (31, "33", "N"),  # a day too late
        (1, "33", "N"),  # the very next day
        (3, "33", "N"),  # Friday to Monday: no school day missed
        (12, "30", "N"),  # administrative change
        (12, "23", "N"),  # back from detention
        (12, "33", "S"),  # another school
    ],
)
def test_near_misses_of_a_same_school_re_entry_do_not_fire(
    days: int, exit_code: str, school: str
) -> None:
    assert same_school_re_entries(drop_and_return(days, exit_code, school), AS_OF, CALENDAR) == []


def test_one_school_day_missed_is_enough() -> None:
    (found,) = same_school_re_entries(drop_and_return(4), AS_OF, CALENDAR)
    assert found.figures == {"days": 4, "school_days": 1, "exit_code": "33"}


def test_the_return_after_the_summer_is_ordinary() -> None:
    stints = [
        stint("N", date(2024, 8, 19), date(2025, 6, 13), exit_code="01", year=2025),
        stint("N", DAY_ONE, entry="02"),
    ]
    long_enough = Rule("same_school_re_entry", 2,
                       {**RULES["same_school_re_entry"].parameters, "within_days": 400,
                        "school_days_missed": 0})  # fmt: skip
    assert same_school_re_entries(stints, AS_OF, CALENDAR, long_enough) == []


# --- unproven transfer -----------------------------------------------------------------------


def left_with(code: str, ends_on: date = date(2025, 10, 31), year: int = 2026) -> list[Stint]:
    return [stint("N", date(2025, 8, 18), ends_on, exit_code=code, year=year)]


def test_a_transfer_nobody_proved_ages_to_the_end_of_july() -> None:
    assert unproven_transfers(left_with("33"), [], AS_OF) == [
        Finding(
            "unproven_transfer", 1, "N", date(2025, 10, 31),
            "Left on Oct 31, 2025 with code 33 and nothing proves the new school; "
            "counts as a dropout after Jul 31, 2026.",
            {"days": 122, "deadline": "2026-07-31", "past_deadline": 0, "exit_code": "33"},
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "past"), [(date(2026, 7, 31), 0), (date(2026, 8, 1), 1)])
def test_the_deadline_passes_at_the_end_of_its_day(as_of: date, past: int) -> None:
    (found,) = unproven_transfers(left_with("40"), [], as_of)
    assert found.figures["past_deadline"] == past


@pytest.mark.parametrize("code", ["02", "20", "86", "01"])
def test_an_exit_that_needs_no_proof_is_not_unproven(code: str) -> None:
    assert unproven_transfers(left_with(code), [], AS_OF) == []


def test_proof_of_this_exit_clears_it_and_proof_of_another_does_not() -> None:
    proof, other = Proof("N", date(2025, 10, 31)), Proof("N", date(2024, 10, 31))
    assert unproven_transfers(left_with("33"), [proof, other], AS_OF) == []
    assert len(unproven_transfers(left_with("33"), [other], AS_OF)) == 1


def test_a_later_enrollment_clears_an_unproven_transfer() -> None:
    assert unproven_transfers([*left_with("33"), stint("S", AS_OF)], [], AS_OF) == []
    tomorrow = stint("S", AS_OF + timedelta(days=1))
    assert len(unproven_transfers([*left_with("33"), tomorrow], [], AS_OF)) == 1


# --- did not arrive --------------------------------------------------------------------------


def test_code_99_says_that_an_expected_student_did_not_arrive() -> None:
    assert did_not_arrive([stint("N", DAY_ONE, DAY_ONE, exit_code="99")], [], AS_OF) == [
        Finding(
            "did_not_arrive", 1, "N", DAY_ONE,
            "Expected and recorded as did not arrive (code 99).", {"exit_code": "99"},
        )
    ]  # fmt: skip


def test_a_student_absent_on_the_first_day_did_not_arrive_until_seen() -> None:
    enrolled = [stint("N", DAY_ONE)]
    missing = [DayOneAbsence("N", DAY_ONE, None)]
    (found,) = did_not_arrive(enrolled, missing, AS_OF)
    assert (found.because, found.ended_on) == (
        "Expected on the first day of school and absent without excuse.", None,
    )  # fmt: skip
    seen = [DayOneAbsence("N", DAY_ONE, date(2025, 8, 21))]
    (found,) = did_not_arrive(enrolled, seen, AS_OF)
    assert (found.began_on, found.ended_on) == (DAY_ONE, date(2025, 8, 20))


def test_who_arrives_at_another_school_has_arrived() -> None:
    stints = [
        stint("N", DAY_ONE, DAY_ONE, exit_code="99"), stint("S", date(2025, 8, 25)),
    ]  # fmt: skip
    assert [f.ended_on for f in did_not_arrive(stints, [], AS_OF)] == [date(2025, 8, 24)]


def test_an_absence_elsewhere_or_before_the_enrollment_says_nothing() -> None:
    late = [stint("N", date(2025, 9, 2))]
    assert did_not_arrive(late, [DayOneAbsence("N", DAY_ONE, None)], AS_OF) == []
    assert did_not_arrive([stint("N", DAY_ONE)], [DayOneAbsence("S", DAY_ONE, None)], AS_OF) == []


def test_a_day_one_still_to_come_has_no_absentees() -> None:
    expected = [stint("N", DAY_ONE)]
    absence = [DayOneAbsence("N", DAY_ONE + timedelta(days=1), None)]
    assert did_not_arrive(expected, absence, DAY_ONE) == []


# --- overlap ---------------------------------------------------------------------------------


def test_two_schools_that_claim_a_student_are_named_with_the_days_in_common() -> None:
    claims = [
        Claim("k1", "N", DAY_ONE, date(2025, 11, 7), "02", "02", "9", 2026),
        Claim("k2", "S", date(2025, 11, 3), None, "04", None, "9", 2026),
    ]
    assert claims_overlap(claims, AS_OF) == [
        Finding(
            "overlap", 1, "S", date(2025, 11, 3), "Claimed by two schools since Nov 3, 2025.",
            {"days": 5, "other_school": "N", "first_claim": "k1", "second_claim": "k2"},
        )
    ]  # fmt: skip


def test_an_overlap_still_to_come_is_none_yet() -> None:
    claims = [
        Claim("k1", "N", DAY_ONE, None, "02", None, "9", 2026),
        Claim("k2", "S", AS_OF + timedelta(days=1), None, "04", None, "9", 2026),
    ]
    assert claims_overlap(claims, AS_OF) == []


# --- the declarations ------------------------------------------------------------------------


def test_every_declared_rule_has_words() -> None:
    assert set(RULES) == {
        "highly_mobile", "enrollment_gap", "same_school_re_entry", "unproven_transfer",
        "did_not_arrive", "overlap",
    }  # fmt: skip
    with pytest.raises(KeyError):
        finding(Rule("unheard_of", 1, {}), "N", DAY_ONE, {})


def test_a_parameter_is_read_as_what_it_is() -> None:
    with pytest.raises(TypeError, match="no_gap_after is a list"):
        ENROLLMENT_GAP.number("no_gap_after")
    with pytest.raises(TypeError, match="youngest is a number"):
        ENROLLMENT_GAP.names("youngest")


def test_one_day_is_written_without_an_s() -> None:
    figures = {"days": 1, "school_days": 1, "exit_code": "20"}
    one = finding(RULES["same_school_re_entry"], "S", AS_OF, figures)
    assert one.because == (
        "Withdrawn with code 20 and back at the same school 1 day later, missing 1 school day."
    )


def test_months_are_added_to_the_same_day_or_to_the_month_s_last() -> None:
    assert [add_months(date(2024, 2, 29), n) for n in (12, 1, 48)] == [
        date(2025, 2, 28), date(2024, 3, 29), date(2028, 2, 29),
    ]  # fmt: skip
    assert add_months(date(2025, 12, 31), 2) == date(2026, 2, 28)


def test_a_student_without_a_stint_has_no_findings() -> None:
    found = [
        highly_mobile([], AS_OF, CALENDAR),
        enrollment_gaps([], BORN, AS_OF, CALENDAR),
        same_school_re_entries([], AS_OF, CALENDAR),
        unproven_transfers([], [], AS_OF),
        did_not_arrive([], [DayOneAbsence("N", DAY_ONE, None)], AS_OF),
        claims_overlap([], AS_OF),
    ]
    assert found == [[]] * 6
