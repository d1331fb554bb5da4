"""Vectorized draws against their plain meaning, and what the generator may import."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import bascule.ops.generator
from bascule.ops.generator.draws import pair_by_key, rank_within, round_randomly

KEYS = st.lists(st.integers(0, 6), max_size=40)
MAY_IMPORT = ("bascule.ops.generator", "bascule.roster.codes", "bascule.kernel.school_calendar")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=40))
def test_a_rank_counts_the_entries_of_the_same_key_that_come_before(
    entries: list[tuple[int, int]],
) -> None:
    keys = np.array([key for key, _ in entries], dtype=np.int64)
    order = np.array([value for _, value in entries], dtype=np.int64)
    seen: dict[int, int] = defaultdict(int)
    expected = {}
    for place in sorted(range(len(entries)), key=lambda place: (order[place], place)):
        expected[place] = seen[int(keys[place])]
        seen[int(keys[place])] += 1
    found = rank_within(keys, order)
    assert found.tolist() == [expected[place] for place in range(len(entries))]


@given(KEYS, KEYS, st.integers(0, 9))
def test_pairs_have_one_key_and_as_many_are_made_as_can_be(
    left: list[int], right: list[int], seed: int
) -> None:
    one, two = np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)
    near = np.zeros(len(one)), np.zeros(len(two))
    first, second = pair_by_key(one, two, near[0], near[1], np.random.default_rng(seed))
    assert one[first].tolist() == two[second].tolist()
    assert len(set(first.tolist())) == len(first)
    assert len(set(second.tolist())) == len(second)
    counts = Counter(left), Counter(right)
    assert len(first) == sum((counts[0] & counts[1]).values())


def test_random_rounding_keeps_the_mean_and_whole_numbers() -> None:
    rng = np.random.default_rng(1)
    values = np.repeat([0.25, 3.0, 7.9], 10_000)
    rounded = round_randomly(values, rng).reshape(3, -1)
    assert set(rounded[0]) == {0, 1}
    assert set(rounded[1]) == {3}
    assert abs(rounded[2].mean() - 7.9) < 0.02


def test_the_generator_imports_no_rule_and_no_django() -> None:
    folder = Path(bascule.ops.generator.__file__).parent
    imported = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    ours = {name for name in imported if name.startswith("bascule")}
    assert ours
    assert all(name.startswith(MAY_IMPORT) for name in ours)
    assert not any(name.startswith("django") for name in imported)
