"""What is counted before and after a decision: the windows and the rate."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bascule.mobility.gaps import FEWEST_DAYS, MOST_DAYS, Window, windows_of

DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
DAY = timedelta(days=1)


@given(DAYS, st.integers(0, 400))
def test_both_windows_meet_at_the_decision_and_end_with_today(decided: date, passed: int) -> None:
    day = decided + passed * DAY
    before, after = windows_of(decided, day)
    assert (before[1], Window(*before, 0).days) == (decided, MOST_DAYS)
    assert (after is None) == (passed == 0)
    if after:
        assert after[0] == decided + DAY
        assert after[1] <= day
        assert Window(*after, 0).days == min(passed, MOST_DAYS)


def test_a_rate_is_of_thirty_days_half_up_to_a_tenth_and_not_told_too_early() -> None:
    first = date(2026, 9, 1)
    assert Window(first, first + (MOST_DAYS - 1) * DAY, 7).rate == Decimal("2.3")
    assert Window(first, first + 39 * DAY, 1).rate == Decimal("0.8")  # 0.75
    assert Window(first, first + (FEWEST_DAYS - 1) * DAY, 4).rate == Decimal("4.0")
    assert Window(first, first + (FEWEST_DAYS - 2) * DAY, 4).rate is None
    assert Window(first, first + (FEWEST_DAYS - 1) * DAY, 0).rate == Decimal("0.0")
