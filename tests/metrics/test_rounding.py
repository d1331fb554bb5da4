"""Rates: half-up, exact, and refused where there is nobody to count."""

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.metrics.rounding import percent


def test_a_half_rounds_up_where_round_goes_to_even() -> None:
    assert (percent(18, 32), round(1800 / 32, 1)) == (Decimal("56.3"), 56.2)


def test_the_result_carries_exactly_the_places_asked_for() -> None:
    assert [str(percent(1, 4, places)) for places in range(4)] == ["25", "25.0", "25.00", "25.000"]


def test_nothing_of_somebody_is_zero_percent() -> None:
    assert str(percent(0, 7)) == "0.0"


def test_a_rate_of_moves_may_exceed_one_hundred() -> None:
    assert percent(7563, 1000) == Decimal("756.3")


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "because"),
    [
        (0, 0, 1, "the denominator must be positive, not 0"),
        (3, -4, 1, "the denominator must be positive, not -4"),
        (-1, 4, 1, "the numerator must not be negative, not -1"),
        (1, 4, -1, "places must not be negative, not -1"),
    ],
)
def test_a_rate_that_means_nothing_is_refused(
    numerator: int, denominator: int, places: int, because: str
) -> None:
    with pytest.raises(ValueError, match=f"^{because}$"):
        percent(numerator, denominator, places)


def test_a_binary_fraction_is_refused() -> None:
    with pytest.raises(TypeError):
        percent(0.5, 4)  # type: ignore[arg-type]


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 4))
def test_percent_agrees_with_decimal_division_at_high_precision(
    numerator: int, denominator: int, places: int
) -> None:
    exact = Context(prec=60).divide(Decimal(100 * numerator), Decimal(denominator))
    expected = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=60))
    assert percent(numerator, denominator, places) == expected
