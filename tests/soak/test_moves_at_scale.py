"""Moves of 100,000 generated students: the function and the expression agree on each one."""

from tests.metrics.generated_stints import all_at_once, random_stints, student_by_student


def test_the_expression_agrees_with_the_function_on_100_000_students() -> None:
    rows = random_stints(100_000, seed=20261122)
    expected = student_by_student(rows, 14)
    assert len(expected) == 100_000
    assert all_at_once(rows, 14) == expected
