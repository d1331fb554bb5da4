"""When a profile's window opens and closes."""

from datetime import date, timedelta

import pytest

from bascule.metrics.profiles import CALIFORNIA, PROFILES
from bascule.metrics.windows import Window, window_of

LONG_AFTER = date(2030, 1, 1)


def weekdays(fall: int) -> tuple[date, ...]:
    first = date(fall, 8, 20)
    span = (first + timedelta(days=n) for n in range(296))
    return tuple(day for day in span if day.weekday() < 5)


def test_each_authority_has_its_count_day() -> None:
    # 1 October 2023 is a Sunday, 1 October 2024 a Tuesday.
    found = {
        fall: {
            key: window_of(p, weekdays(fall), LONG_AFTER).count_day for key, p in PROFILES.items()
        }
        for fall in (2023, 2024)
    }
    assert found == {
        2023: {
            "il": date(2023, 10, 2), "co": date(2023, 10, 1), "ma": date(2023, 10, 1),
            "ga": date(2023, 10, 3), "tx": date(2023, 8, 21), "ca": date(2023, 8, 21),
            "dc": date(2023, 10, 5),
        },
        2024: {
            "il": date(2024, 10, 1), "co": date(2024, 10, 1), "ma": date(2024, 10, 1),
            "ga": date(2024, 10, 1), "tx": date(2024, 8, 20), "ca": date(2024, 8, 20),
            "dc": date(2024, 10, 5),
        },
    }  # fmt: skip


def test_massachusetts_looks_on_its_collection_days() -> None:
    window = window_of(PROFILES["ma"], weekdays(2024), LONG_AFTER)
    assert window.collections == (date(2024, 10, 1), date(2025, 3, 1))


@pytest.mark.parametrize(
    ("key", "as_of", "month", "closes_on"),
    [
        ("co", LONG_AFTER, None, date(2025, 6, 11)),
        ("ga", LONG_AFTER, None, date(2025, 5, 1)),
        ("ga", LONG_AFTER, 5, date(2025, 5, 1)),
        ("co", date(2025, 2, 3), None, date(2025, 2, 3)),
        ("co", LONG_AFTER, 12, date(2024, 12, 31)),
        ("co", LONG_AFTER, 2, date(2025, 2, 28)),
        ("co", LONG_AFTER, 8, date(2024, 8, 31)),
        ("co", LONG_AFTER, 6, date(2025, 6, 11)),
    ],
)
def test_a_window_closes_on_the_earliest_of_its_ends(
    key: str, as_of: date, month: int | None, closes_on: date
) -> None:
    assert window_of(PROFILES[key], weekdays(2024), as_of, month).closes_on == closes_on


def test_the_days_taught_are_those_up_to_the_close() -> None:
    window = window_of(CALIFORNIA, weekdays(2024), date(2024, 8, 26))
    assert window == Window(
        date(2024, 8, 20), date(2025, 6, 11), date(2024, 8, 20), date(2024, 8, 26), (), 5
    )


def test_a_year_without_days_and_a_month_outside_the_year_are_refused() -> None:
    with pytest.raises(ValueError, match="no days in session"):
        window_of(CALIFORNIA, (), LONG_AFTER)
    for month in (0, 13):
        with pytest.raises(ValueError, match="from 1 to 12"):
            window_of(CALIFORNIA, weekdays(2024), LONG_AFTER, month)
