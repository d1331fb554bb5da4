"""The four known-answer tables of figures.md 4.4 (facts from sdcTable's published tests)."""

from bascule.metrics.auditor import Audit, audit, betrayed, peel
from bascule.metrics.suppression import Rule, protect
from bascule.metrics.tables import Publication, Sum, cross_table


def test_one_primary_in_a_region_by_gender_table_needs_three_complements() -> None:
    counts = {
        ("A", "female"): 2, ("A", "male"): 18,
        ("B", "female"): 26, ("B", "male"): 33,
        ("C", "female"): 38, ("C", "male"): 13,
        ("D", "female"): 20, ("D", "male"): 50,
    }  # fmt: skip
    table = cross_table(counts, {}, "all regions")
    assert len(table.values) == 15
    chosen = protect(table, Rule(below=4))
    assert chosen.primary == {("A", "female")}
    assert (len(chosen.secondary), len(table.values) - len(chosen.hidden)) == (3, 11)
    assert audit(table, chosen.hidden, 3) == Audit()


ONE_DIMENSION = Publication(
    {"a": 1, "b": 2, "c": 1, "total": 4}, (Sum("total", ("a", "b", "c")),)
)  # fmt: skip


def secondary(width: int, *, singletons: bool) -> set[object]:
    rule = Rule(below=2, width=width, singletons=singletons)
    return set(protect(ONE_DIMENSION, rule).secondary)


def test_two_singles_in_one_sum_need_a_third_cell_only_against_each_other() -> None:
    assert secondary(1, singletons=False) == set()
    assert secondary(1, singletons=True) == {"b"}


def test_a_wider_threshold_hides_one_more_cell_and_then_the_whole_table() -> None:
    assert secondary(3, singletons=False) == {"b"}
    assert secondary(5, singletons=False) == {"b", "total"}


LINKED_VALUES = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
COUNTIES = (Sum("county 1", tuple("ABIJ")), Sum("county 2", tuple("KLMN")))
GROUPS = (Sum("big", tuple("LM")), Sum("small", tuple("ABIJKN")))
TOTALS = {"county 1": 20, "county 2": 16, "big": 6, "small": 30, "all": 36}
LINKED = Publication(
    LINKED_VALUES | TOTALS,
    (*COUNTIES, *GROUPS, Sum("all", ("county 1", "county 2")), Sum("all", ("big", "small"))),
)
FIVE = set("ABKLM")


def test_each_linked_table_alone_is_safe_and_both_together_are_not() -> None:
    assert audit(Publication(LINKED.values, COUNTIES), FIVE, 3) == Audit()
    assert audit(Publication(LINKED.values, GROUPS), FIVE, 3) == Audit()
    found = audit(LINKED, FIVE, 3)
    assert (found.exact, found.narrow) == ({"K": 3}, {"K": (3.0, 3.0)})
    assert peel(LINKED, FIVE) == {}  # no sum has a single unknown: only the program sees it


def test_linked_tables_need_exactly_one_more_cell_hidden_in_both() -> None:
    chosen = protect(LINKED, Rule(below=4, width=3))
    assert (chosen.primary, chosen.secondary) == (FIVE, {"N"})


def test_a_single_student_subtracts_themself_from_a_sum_of_two() -> None:
    assert betrayed(ONE_DIMENSION, {"a", "b"}, {"b"}) == {"b": "a"}
    assert betrayed(ONE_DIMENSION, {"a", "b"}, {"a"}) == {}
    assert betrayed(ONE_DIMENSION, {"a", "b", "c"}, {"a", "b", "c"}) == {}
