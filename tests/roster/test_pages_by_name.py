"""The pages of the list of names: every visible student once, in order, from whichever end."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.roster.models import Student
from bascule.roster.queries import NamePages

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
NAMES = ["adeyemi", "brown", "brown", "cruz", "diaz", "evans", "ford", "garcia", "hill", "ito"]
Context = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def students(as_loader: Context) -> None:
    """Ten students in turn at a school of Okafor's and at one that is not."""
    schools = [Organization.objects.get(source_key=key) for key in ("S101", "S901")]
    with as_loader():
        for place, name in enumerate(NAMES):
            Student.objects.create(
                number=str(place), family_name=name, sort_name=name, source="sis",
                source_key=str(place), school=schools[place % 2],
            )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", [["0", "1", "2"], ["3", "4", "5"], ["6", "7", "8"], ["9"]]),
        ("okafor", [["0", "2", "4"], ["6", "8"]]),
    ],
)
def test_each_page_holds_its_part_of_the_visible_names(
    who: str,
    expected: list[list[str]],
    students: None,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> None:
    with as_person(who):
        pages = NamePages(actor(who), 3)
        found = [[row.number for row in pages.page(number)] for number in pages.page_range]
    assert found == expected


def test_a_page_costs_two_queries_whatever_its_number(
    students: None,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> None:
    with as_person("lead"):
        pages = NamePages(actor("lead"), 2)
        assert pages.count == 10
        for number in pages.page_range:
            with CaptureQueriesContext(connection) as asked:
                assert len(pages.page(number).object_list) == 2
            assert len(asked) == 2


def test_a_page_that_is_not_there_is_refused(
    students: None,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> None:
    with as_person("okafor"), pytest.raises(EmptyPage):
        NamePages(actor("okafor"), 3).page(3)


@pytest.mark.parametrize("seed", range(3))
def test_the_total_of_the_district_is_the_number_of_its_rows_whatever_happens(
    seed: int,
    students: None,
    as_loader: Context,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> None:
    draw = Random(seed)
    schools = [*Organization.objects.filter(kind="school").order_by("id"), None]
    with as_loader():
        for step in range(12):
            some = Student.objects.filter(id__in=draw.sample(sorted(ids()), draw.randint(0, 3)))
            happens = draw.choice(("come", "go", "move", "stay"))
            if happens == "come":
                Student.objects.create(source="sis", source_key=f"new {step}", number="1",
                                       school=draw.choice(schools))  # fmt: skip
            elif happens == "go":
                some.delete()
            elif happens == "move":
                some.update(school=draw.choice(schools))
            else:
                some.update(number="2")
            assert totals() == counted()
        elsewhere = Organization.objects.get(source_key="S201")
        Student.objects.create(source="sis", source_key="hidden", number="1", school=elsewhere)
        assert totals() == counted()
        expected = Student.objects.count()
    with as_person("lead"):
        assert NamePages(actor("lead"), 3).count == Student.objects.count() == expected
    with as_person("okafor"):
        assert NamePages(actor("okafor"), 3).count == Student.objects.count() < expected


def ids() -> set[int]:
    return set(Student.objects.values_list("id", flat=True))


def counted() -> dict[int, int]:
    return dict(Counter(Student.objects.values_list(Coalesce("school_id", 0), flat=True)))


def totals() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("select school_id, students from roster_schooltotal where students <> 0")
        return dict(cursor.fetchall())
