"""Which pairs of students are proposed as one person, and what each pair is made of."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.roster import alike
from bascule.roster.alike import (
    COMPARISONS,
    WINDOW_DAYS,
    AlikePair,
    alike_pairs,
    blocking_rules,
    chance_of_one,
)

SCHEMA = pa.schema(
    [("id", pa.int64()), ("given", pa.string()), ("family", pa.string()),
     ("birth_on", pa.date32()), ("sex", pa.string()), ("state_id", pa.string()),
     ("first_on", pa.date32()), ("last_on", pa.date32()), ("is_new", pa.bool_())]
)  # fmt: skip
BORN = date(2010, 5, 14)
LEFT, CAME = date(2026, 3, 6), date(2026, 3, 11)
FAMILIES = ("adair", "brisa", "calloway", "deng", "escobar", "fenn", "galarza", "huang")
CROWD = [
    {"id": 100 + n, "given": f"sam{n}", "family": f"{FAMILIES[n % 8]}{n}",
     "birth_on": date(2005, 1, 1) + timedelta(days=19 * n)}
    for n in range(400)
]  # fmt: skip
OLD = {"id": 1, "given": "brielle", "family": "okonkwo", "birth_on": BORN,
       "first_on": date(2023, 8, 21), "last_on": LEFT}  # fmt: skip
NEW = {"id": 2, "given": "brieelle", "family": "okonkwo", "birth_on": BORN, "first_on": CAME,
       "last_on": date(2026, 11, 20)}  # fmt: skip


@pytest.fixture(autouse=True)
def as_in_a_large_district(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "CHANCE_OF_EACH", 0.0)


def table(*rows: dict[str, Any]) -> pa.Table:
    blank: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    known = {"sex": "female", "is_new": True, "first_on": date(2020, 8, 24), "last_on": CAME}
    return pa.Table.from_pylist([{**blank, **known, **row} for row in rows], SCHEMA)


def pairs(*rows: dict[str, Any]) -> list[tuple[int, int]]:
    return [(pair.one, pair.other) for pair in alike_pairs(table(*rows, *CROWD))]


def levels(pair: AlikePair) -> dict[str, str]:
    return {key: level for key, level, _ in pair.reasons}


def test_a_second_record_is_found_with_its_reasons() -> None:
    [pair] = alike_pairs(table(OLD, NEW, *CROWD))
    assert (pair.one, pair.other) == (1, 2)
    assert levels(pair) == {
        "given": "one_letter", "family": "same", "birth": "same", "sex": "same",
        "enrollment": "follows",
    }  # fmt: skip


def test_the_weight_is_the_sum_of_the_reasons_and_of_how_rare_a_pair_is() -> None:
    [pair] = alike_pairs(table(OLD, NEW, *CROWD))
    assert abs(pair.weight - (sum(each[2] for each in pair.reasons) - 20.93)) < 0.05


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"birth_on": BORN + timedelta(days=WINDOW_DAYS)}, [(1, 2)]),
        ({"birth_on": BORN - timedelta(days=WINDOW_DAYS)}, [(1, 2)]),
        ({"birth_on": BORN + timedelta(days=WINDOW_DAYS + 1)}, []),
        ({"birth_on": None}, []),
        ({"given": "okonkwo", "family": "brielle"}, [(1, 2)]),
        ({"given": "brielle", "family": "okonkwa"}, [(1, 2)]),
        ({"given": "marcus", "sex": "male", "first_on": date(2023, 8, 21)}, []),
        ({"given": ""}, []),
    ],
)
def test_what_is_proposed_and_what_is_not(change: dict[str, Any], found: list[object]) -> None:
    assert pairs(OLD, {**NEW, **change}) == found


def test_twins_who_went_to_school_together_all_their_days_are_not_proposed() -> None:
    together = {"first_on": OLD["first_on"], "last_on": OLD["last_on"]}
    assert pairs(OLD, {**NEW, **together, "given": "bryanna"}) == []


def test_a_state_number_that_differs_speaks_against_and_one_that_is_unknown_says_nothing() -> None:
    near = {**NEW, "birth_on": BORN + timedelta(days=20)}
    assert pairs(OLD, near) == [(1, 2)]
    assert pairs({**OLD, "state_id": "A1"}, near) == [(1, 2)]
    assert pairs({**OLD, "state_id": "A1"}, {**near, "state_id": "B2"}) == []


def test_in_a_small_district_two_records_of_one_student_are_less_of_a_surprise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    assert [chance_of_one(count) for count in (20, 4_000, 40_000, 700_000)] == [
        0.001, 5e-6, 5e-7, 5e-7,
    ]  # fmt: skip


def test_only_pairs_with_a_new_student_are_looked_at() -> None:
    assert pairs({**OLD, "is_new": False}, {**NEW, "is_new": False}) == []
    assert pairs({**OLD, "is_new": False}, NEW) == [(1, 2)]


def test_accents_case_and_signs_of_a_name_count_for_nothing() -> None:
    written = {**NEW, "given": "Briélle", "family": "O'Konkwo"}
    [pair] = alike_pairs(table({**OLD, "family": "o konkwo"}, written, *CROWD))
    assert (levels(pair)["given"], levels(pair)["family"]) == ("same", "same")


def test_nobody_and_one_student_make_no_pair() -> None:
    assert alike_pairs(table()) == []
    assert alike_pairs(table(OLD)) == []


@given(st.integers(min_value=-WINDOW_DAYS, max_value=WINDOW_DAYS), st.integers(0, 8000))
@settings(max_examples=200)
def test_neighboring_periods_hold_every_pair_within_the_window(apart: int, day: int) -> None:
    one, other = day // (WINDOW_DAYS + 1), (day + apart) // (WINDOW_DAYS + 1)
    assert abs(one - other) <= 1


def test_every_blocking_rule_keeps_to_the_window_or_to_the_day() -> None:
    for rule in blocking_rules():
        assert "birth_on = r.birth_on" in rule or f"<= {WINDOW_DAYS}" in rule


def test_the_levels_of_each_comparison_hold_all_records_of_one_student() -> None:
    for _, declared in COMPARISONS.values():
        assert 0.97 <= sum(m for _, _, m, _ in declared) <= 1.01


LIKE_NAMES = st.sampled_from(("ana", "anna", "okonkwo", "okonkvo", "deng", "dengh"))
STUDENTS = st.lists(
    st.fixed_dictionaries({
        "given": LIKE_NAMES, "family": LIKE_NAMES, "is_new": st.booleans(),
        "birth_on": st.integers(-60, 60).map(lambda days: BORN + timedelta(days=days)),
    }), min_size=2, max_size=12,
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(STUDENTS)
def test_comparing_the_new_finds_the_pairs_of_the_new_that_comparing_all_finds(
    drawn: list[dict[str, Any]],
) -> None:
    rows = [{"id": place, **row} for place, row in enumerate(drawn, start=1)]
    new = {row["id"] for row in rows if row["is_new"]}
    crowd = [{**row, "is_new": False} for row in CROWD]
    whole = alike_pairs(table(*({**row, "is_new": True} for row in rows), *CROWD))
    expected = [pair for pair in whole if {pair.one, pair.other} & new]
    assert alike_pairs(table(*rows, *crowd)) == expected


def test_in_parts_the_same_pairs_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [{**row, "id": row["id"] + 10, "family": "zeitler"} for row in (OLD, NEW)]
    rows = table(OLD, NEW, *others, {**NEW, "id": 21}, *CROWD)
    whole = alike_pairs(rows)
    monkeypatch.setattr(alike, "AT_A_TIME", 100)  # five parts
    assert alike_pairs(rows) == whole
    assert {(1, 2), (11, 12), (1, 21)} <= {(pair.one, pair.other) for pair in whole}
