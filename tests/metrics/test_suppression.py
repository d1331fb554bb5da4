"""Hidden cells stay hidden: the auditor against brute force, the protection against the auditor."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.metrics.auditor import audit, betrayed, components, intervals, peel
from bascule.metrics.suppression import Protected, Rule, protect, small_cells
from bascule.metrics.tables import Cell, Publication, Sum, cross_table, union

UNITS, GROUPS = ("N", "S", "W"), ("F", "M", "X")
MOST = 4


@st.composite
def small_tables(draw: st.DrawFn) -> Publication:
    counts = {cell: draw(st.integers(0, MOST)) for cell in product(UNITS, GROUPS)}
    return cross_table(counts, {"N": "1", "S": "1", "W": "2"}, "all")


@st.composite
def hidden_inside(draw: st.DrawFn) -> frozenset[Cell]:
    return draw(st.frozensets(st.sampled_from(list(product(UNITS, GROUPS))), max_size=6))


def consistent(table: Publication, hidden: frozenset[Cell]) -> Iterator[dict[Cell, int]]:
    """Yield every table of whole numbers that agrees with all that is shown."""
    cells = sorted(hidden, key=repr)
    most = max((table.values[total] for total in table.totals), default=0)
    for guess in product(range(min(most, 12) + 1), repeat=len(cells)):
        values = {**table.values, **dict(zip(cells, guess, strict=True))}
        if all(sum(values[p] for p in each.parts) == values[each.total] for each in table.sums):
            yield values


@settings(max_examples=25, deadline=None)
@given(small_tables(), st.frozensets(st.sampled_from(list(product(UNITS, GROUPS))), max_size=4))
def test_the_attacker_s_intervals_are_those_of_every_table_one_must_hold_possible(
    table: Publication, hidden: frozenset[Cell]
) -> None:
    possible = list(consistent(table, hidden))
    expected = {
        cell: (min(v[cell] for v in possible), max(v[cell] for v in possible)) for cell in hidden
    }
    found = {cell: (round(a, 6), round(b, 6)) for cell, (a, b) in intervals(table, hidden).items()}
    assert found == expected


@settings(max_examples=50, deadline=None)
@given(small_tables(), hidden_inside())
def test_what_peeling_finds_the_program_finds_too(
    table: Publication, hidden: frozenset[Cell]
) -> None:
    exact = audit(table, hidden, 1).exact
    assert peel(table, hidden).items() <= exact.items()


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(["f", "m", "x"])),
        st.integers(0, 60),
        min_size=1,
    ),
    st.booleans(),
    st.sampled_from([1, 3, 5]),
)
def test_a_protected_table_survives_the_auditor(
    counts: dict[tuple[str, str], int], zeros: bool, width: int
) -> None:
    parents = dict.fromkeys("ABC", "1") | dict.fromkeys("DEFG", "2")
    table = cross_table(counts, parents, "all")
    rule = Rule(below=10, zeros=zeros, width=width)
    chosen = protect(table, rule)
    assert chosen.primary == small_cells(table, rule)
    assert not chosen.primary & chosen.secondary
    assert audit(table, chosen.hidden, width, chosen.primary).is_safe
    assert peel(table, chosen.hidden) == {}


def test_small_cells_include_zero_only_where_the_rule_says_so() -> None:
    table = Publication({"none": 0, "few": 9, "ten": 10}, ())
    assert small_cells(table, Rule()) == {"none", "few"}
    assert small_cells(table, Rule(zeros=False)) == {"few"}


def test_a_table_without_small_cells_is_shown_whole() -> None:
    table = cross_table({("A", "f"): 10, ("A", "m"): 11}, {}, "all")
    assert protect(table, Rule()) == Protected(frozenset(), frozenset())


def test_atoms_are_hidden_together() -> None:
    table = Publication(
        {"A": 3, "A twin": 40, "B": 50, "C": 60, "all": 113}, (Sum("all", ("A", "B", "C")),)
    )
    chosen = protect(table, Rule(), atoms={"A": "first", "A twin": "first"})
    assert chosen.hidden == {"A", "A twin", "B"}


def test_components_are_attacked_alone_and_cover_every_hidden_cell() -> None:
    table = cross_table(dict.fromkeys(product(UNITS, GROUPS), 5), {}, "all")
    hidden = {("N", "F"), ("N", "M"), ("S", "X")}
    found = sorted(sorted(group) for group in components(table, hidden))
    assert found == [[("N", "F"), ("N", "M")], [("S", "X")]]


def test_a_hidden_cell_in_no_sum_cannot_be_attacked() -> None:
    table = Publication({"alone": 4}, ())
    assert audit(table, {"alone"}, 3).is_safe


def test_a_leak_through_two_sums_is_peeled_in_turn() -> None:
    table = Publication(
        {"a": 1, "b": 2, "ab": 3, "c": 4, "bc": 6}, (Sum("ab", ("a", "b")), Sum("bc", ("b", "c")))
    )
    assert peel(table, {"a", "b"}) == {"b": 2, "a": 1}


def test_a_single_student_s_knowledge_travels_through_further_sums() -> None:
    table = Publication(
        {"a": 1, "b": 20, "ab": 21, "c": 4, "bc": 24},
        (Sum("ab", ("a", "b")), Sum("bc", ("b", "c"))),
    )
    assert betrayed(table, {"a", "b", "c"}, {"a", "c"}) == {"c": "a"}


def test_sums_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Publication({"a": 1, "b": 2, "ab": 4}, (Sum("ab", ("a", "b")),))


def test_publications_are_joined_by_their_common_cells_and_must_agree() -> None:
    one = Publication({"a": 1, "b": 2, "ab": 3}, (Sum("ab", ("a", "b")),))
    other = Publication({"b": 2, "c": 4, "bc": 6}, (Sum("bc", ("b", "c")),))
    joined = union(one, other, one)
    assert (joined.values, joined.sums) == (
        {"a": 1, "b": 2, "ab": 3, "c": 4, "bc": 6}, (*one.sums, *other.sums),
    )  # fmt: skip
    with pytest.raises(ValueError, match="'b' is published as 2 and as 3"):
        union(one, Publication({"b": 3}, ()))


def test_last_months_edition_gives_a_cell_away_only_in_the_union() -> None:
    now = Publication(
        {"A now": 12, "B now": 4, "all now": 16}, (Sum("all now", ("A now", "B now")),)
    )
    new = Publication({"A now": 12, "A then": 11, "A new": 1}, (Sum("A now", ("A then", "A new")),))
    hidden = {"A now", "B now"}
    assert audit(now, hidden, 3).is_safe
    assert audit(union(now, new), hidden, 3).exact == {"A now": 12, "B now": 4}
