"""Table A (domain/mobility.md 2.2): published Colorado counts give the published rates."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from bascule.metrics.rounding import percent

OPEN_HALF = Path(__file__).parents[2].parent / "shared/data/mobility/colorado_2011_12.csv"
FIRST_GROUP_COLUMN, COLUMNS_PER_GROUP = 2, 7

# (unit, pupils, stable, stable %, mobile, mobile %, instances, incidence %)
SMALL_TABLE = [
    ("State", 939283, 705064, "75.1", 231706, "24.7", 253577, "27.0"),
    ("Denver County 1", 88761, 64903, "73.1", 23124, "26.1", 27685, "31.2"),
    ("Jefferson County R-1", 90678, 74398, "82.0", 16049, "17.7", 17618, "19.4"),
    ("Adams-Arapahoe 28J", 45673, 31436, "68.8", 13911, "30.5", 15360, "33.6"),
    ("Mapleton 1", 9037, 5077, "56.2", 3919, "43.4", 4133, "45.7"),
    ("Silverton 1", 84, 45, "53.6", 39, "46.4", 40, "47.6"),
    ("State, homeless", 21337, 11326, "53.1", 9665, "45.3", 11558, "54.2"),
    ("State, migrant", 2732, 1725, "63.1", 988, "36.2", 1108, "40.6"),
]


@pytest.mark.parametrize("row", SMALL_TABLE, ids=lambda row: row[0])
def test_each_typed_in_rate_is_reproduced_to_the_digit(row: tuple[str, ...]) -> None:
    _, pupils, stable, stability, mobile, mobility, instances, incidence = row
    assert [str(percent(int(n), int(pupils))) for n in (stable, mobile, instances)] == [
        stability,
        mobility,
        incidence,
    ]


def published_rates() -> list[tuple[int, int, Decimal]]:
    """Return (count, base, published rate) for every rate of the open half of Table A."""
    if not OPEN_HALF.exists():
        pytest.skip("the shared data folder with Table A is not beside this checkout")
    with OPEN_HALF.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return [
        (int(row[start + at]), int(row[start]), Decimal(row[start + at + 1]))
        for row in rows
        for start in range(FIRST_GROUP_COLUMN, len(row), COLUMNS_PER_GROUP)
        for at in (1, 3, 5)
    ]


def test_every_published_rate_of_the_open_half_is_reproduced() -> None:
    rates = [rate for rate in published_rates() if rate[1] > 0]
    assert len(rates) > 1_800
    assert [rate for rate in rates if percent(rate[0], rate[1]) != rate[2]] == []


def test_a_group_of_nobody_was_published_as_zero_and_has_no_rate_here() -> None:
    nobody = [rate for rate in published_rates() if rate[1] == 0]
    assert {(count, rate) for count, _, rate in nobody} == {(0, Decimal(0))}
    with pytest.raises(ValueError, match="denominator"):
        percent(*nobody[0][:2])


def test_rounding_half_to_even_would_miss_some_published_rates() -> None:
    rates = [rate for rate in published_rates() if rate[1] > 0]
    missed = [r for r in rates if Decimal(str(round(100 * r[0] / r[1], 1))) != r[2]]
    assert len(missed) > 0
