"""What everybody may see: no small count, and nothing to work one out from."""

import json
from decimal import Decimal

from bascule.metrics.figures import Figure, to_json
from bascule.metrics.profiles import COLORADO, GEORGIA, PROFILES
from bascule.metrics.publication import ALL, audited
from bascule.metrics.rounding import percent
from bascule.metrics.runs import Unit

NETWORK_OF = {"A": "1", "B": "1", "C": "1", "D": "2", "E": "2", "F": None}


def figure(unit: str, num: int, den: int) -> Figure:
    return Figure(unit, num, den, percent(num, den), False, "co", 1)


def levels(schools: dict[str, tuple[int, int]]) -> dict[Unit, list[Figure]]:
    """Return open figures of schools, and of networks and the district as their sums."""
    rows: dict[Unit, dict[str, tuple[int, int]]] = {Unit.SCHOOL: schools}
    for unit in (Unit.NETWORK, Unit.DISTRICT):
        sums: dict[str, tuple[int, int]] = {}
        for school, (num, den) in schools.items():
            above = NETWORK_OF[school] if unit is Unit.NETWORK else "district"
            if above:
                old = sums.get(above, (0, 0))
                sums[above] = (old[0] + num, old[1] + den)
        rows[unit] = sums
    return {
        unit: [figure(key, *counts) for key, counts in found.items()]
        for unit, found in rows.items()
    }


def hidden(answer: dict[Unit, list[Figure]]) -> set[tuple[str, str]]:
    return {(unit, f.unit) for unit, figures in answer.items() for f in figures if f.suppressed}


LARGE = {
    "A": (30, 300), "B": (40, 400), "C": (50, 500), "D": (60, 600), "E": (70, 700),
    "F": (80, 800),
}  # fmt: skip


def test_a_table_of_large_counts_is_shown_as_it_is() -> None:
    figures = levels(LARGE)
    assert audited({ALL: figures}, NETWORK_OF, COLORADO)[ALL] == figures


def test_a_small_school_takes_one_neighbor_of_its_network_with_it() -> None:
    answer = audited({ALL: levels(LARGE | {"A": (3, 300)})}, NETWORK_OF, COLORADO)[ALL]
    assert hidden(answer) == {("school", "A"), ("school", "B")}
    (a, *_) = answer[Unit.SCHOOL]
    assert (a.num, a.den, a.value) == (None, None, None)


def test_nobody_and_everybody_are_answers_about_each_student() -> None:
    nobody = audited({ALL: levels(LARGE | {"D": (0, 600)})}, NETWORK_OF, COLORADO)[ALL]
    assert hidden(nobody) == {("school", "D"), ("school", "E")}
    everybody = audited({ALL: levels(LARGE | {"D": (600, 600)})}, NETWORK_OF, COLORADO)[ALL]
    assert hidden(everybody) == {("school", "D"), ("school", "E")}


def test_two_hidden_schools_that_sum_to_nothing_take_a_third_one() -> None:
    answer = audited({ALL: levels(LARGE | {"A": (0, 300), "B": (0, 400)})}, NETWORK_OF, COLORADO)
    assert hidden(answer[ALL]) == {("school", "A"), ("school", "B"), ("school", "C")}


def test_a_network_of_two_small_schools_is_hidden_with_another_network() -> None:
    small = LARGE | {"D": (2, 600), "E": (3, 700)}
    answer = audited({ALL: levels(small)}, NETWORK_OF, COLORADO)[ALL]
    found = hidden(answer)
    assert {("network", "2"), ("school", "D"), ("school", "E")} < found
    assert ("district", "district") not in found
    assert ("network", "1") in found or ("school", "F") in found


def test_moves_may_exceed_students_and_are_hidden_by_their_own_counts() -> None:
    moves = {key: (num * 20, den) for key, (num, den) in LARGE.items()} | {"C": (4, 500)}
    answer = audited({ALL: levels(moves)}, NETWORK_OF, GEORGIA)[ALL]
    assert hidden(answer) == {("school", "A"), ("school", "C")}


def test_a_group_is_hidden_rather_than_a_number_everybody_has() -> None:
    every = levels(LARGE)
    with_iep = {key: (num // 10, den // 10) for key, (num, den) in LARGE.items()}
    without = {key: (n - with_iep[key][0], d - with_iep[key][1]) for key, (n, d) in LARGE.items()}
    groups = {"true": levels(with_iep), "false": levels(without)}
    public = audited({ALL: every}, NETWORK_OF, COLORADO)[ALL]
    answer = audited(groups, NETWORK_OF, COLORADO, public)
    assert hidden(public) == set()
    schools = {("school", key) for key in LARGE}
    assert schools < hidden(answer["true"])
    assert hidden(answer["true"]) == hidden(answer["false"])


def test_a_profile_that_hides_more_than_the_district_is_obeyed() -> None:
    ten = LARGE | {"A": (10, 300)}
    california = audited({ALL: levels(ten)}, NETWORK_OF, PROFILES["ca"])[ALL]
    massachusetts = audited({ALL: levels(ten)}, NETWORK_OF, PROFILES["ma"])[ALL]
    assert (("school", "A") in hidden(california), hidden(massachusetts)) == (True, set())


def test_json_has_the_fixed_keys_and_nulls_where_hidden() -> None:
    shown, gone = figure("A", 5, 9), figure("B", 1, 3).hidden()
    nobody = Figure("C", 2, 0, None, False, "ga", 1)
    assert json.loads(to_json([shown, gone, nobody])) == [
        {"unit": "A", "num": 5, "den": 9, "value": 55.6, "suppressed": False,
         "profile": "co", "version": 1},
        {"unit": "B", "num": None, "den": None, "value": None, "suppressed": True,
         "profile": "co", "version": 1},
        {"unit": "C", "num": 2, "den": 0, "value": None, "suppressed": False,
         "profile": "ga", "version": 1},
    ]  # fmt: skip
    assert shown.value == Decimal("55.6")
