"""The hash by meaning: a figure opens to the same students whatever ids they were given."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bascule.metrics.models import OpenValue
from bascule.ops.fingerprint import fingerprints
from bascule.roster.models import Student
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]


def hash_of_figures(*counted: Student) -> tuple[int, str]:
    """Let the first figure open to `counted`, and return the hash of all figures."""
    first = OpenValue.objects.earliest("value__organization__source_key")
    first.students = [student.pk for student in counted]
    first.save()
    return fingerprints()["metrics_openvalue"]


def give_record(key: str) -> Student:
    return Student.objects.create(number=key, family_name=key, source="sis", source_key=key)


def test_whom_a_figure_opens_to_counts_by_their_names_and_not_by_their_ids(
    world: World, as_loader: Loader
) -> None:
    with as_loader():
        first, second = give_record("k1"), give_record("k2")
        before = hash_of_figures(first, second)
        assert hash_of_figures(second, first) == before
        assert hash_of_figures(first) != before
        assert hash_of_figures() != before
        Student.objects.filter(pk__in=(first.pk, second.pk)).delete()
        again = give_record("k2"), give_record("k1")
        assert {student.pk for student in again}.isdisjoint({first.pk, second.pk})
        assert hash_of_figures(*again) == before
