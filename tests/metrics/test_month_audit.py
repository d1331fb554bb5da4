"""What leaves of a month of moves: true numbers, small ones hidden, and nothing to subtract."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bascule.metrics.auditor import peel
from bascule.metrics.month_audit import DISTRICT, Moved, audited_month
from bascule.metrics.tables import Publication, Sum

NETWORK_OF = {1: 10, 2: 10, 3: 10, 4: 20, 5: 20, 6: None}
BIG = {unit: Moved(20 + unit, 30 - unit) for unit in (1, 2, 3, 4, 5)} | {6: Moved(62, 42)}


def test_numbers_that_are_all_large_are_all_shown() -> None:
    shown = audited_month(BIG, NETWORK_OF)
    assert {unit: shown[unit] for unit in BIG} == BIG
    assert shown[10] == Moved(66, 84)
    assert shown[20] == Moved(49, 51)
    assert shown[DISTRICT] == Moved(177, 177)


def test_nine_and_none_are_hidden_and_each_has_company() -> None:
    counts = BIG | {1: Moved(9, 29), 4: Moved(0, 26), 5: Moved(46, 25)}
    shown = audited_month(counts, NETWORK_OF)
    assert shown[1].arrived is None
    assert shown[4].arrived is None
    assert [unit for unit in (2, 3, 10) if shown[unit].arrived is None] != []
    assert [unit for unit in (5, 20) if shown[unit].arrived is None] != []
    assert shown[1].left == 29


def test_a_side_that_lacks_moves_does_not_give_them_away() -> None:
    """Two left places that are no schools of ours: the district tells no sum of departures."""
    shown = audited_month({1: Moved(30, 29), 2: Moved(30, 29)}, {1: 10, 2: 10})
    moves = shown[DISTRICT].arrived
    departures = shown[10].left
    assert moves is None or departures is None


def test_a_district_without_schools_tells_nothing() -> None:
    assert audited_month({}, {}) == {DISTRICT: Moved(None, None)}


COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12)


@given(COUNTS, st.integers(0, 1000))
def test_what_is_shown_is_true_and_small_numbers_cannot_be_worked_out(
    pairs: list[tuple[int, int]], seed: int
) -> None:
    draw = random.Random(seed)
    schools = {n: Moved(*pair) for n, pair in enumerate(pairs, start=1)}
    network_of = {unit: draw.choice([100, 200, None]) for unit in schools}
    shown = audited_month(schools, network_of)
    for side in ("arrived", "left"):
        open_counts = {unit: getattr(moved, side) for unit, moved in schools.items()}
        members = {
            network: tuple(unit for unit in schools if network_of[unit] == network)
            for network in set(network_of.values()) - {None}
        }
        sums = {key: sum(open_counts[unit] for unit in parts) for key, parts in members.items()}
        values = open_counts | sums
        for unit, value in values.items():
            told = getattr(shown[unit], side)
            assert told in (None, value)
            assert value >= 10 or told is None
        hidden = {unit for unit in values if getattr(shown[unit], side) is None}
        tables = tuple(Sum(key, parts) for key, parts in members.items())
        found = peel(Publication(values, tables), hidden)
        assert [unit for unit in found if values[unit] < 10] == []
