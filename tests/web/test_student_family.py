"""A student's page names the family and the classes; a program shows itself to its tier alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bascule.kernel.clock import holding_clock
from bascule.roster.models import Guardian, SectionEnrollment
from tests.world import AT, World, build_world

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def world(as_loader: Loader) -> Iterator[World]:
    with holding_clock(AT):
        with as_loader():
            built = build_world()
            Guardian.objects.filter(source_key="g-Adair").update(phone="312-555-0100")
        yield built


def shown(browse: Browse, who: str, world: World, name: str) -> str:
    answer = browse(who).get(f"/students/{world.students[name].uuid}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_family_and_the_classes_are_on_the_page(world: World, browse: Browse) -> None:
    page = shown(browse, "counselor_0", world, "Adair")
    assert [word in page for word in ("Pat Adair", "parent", "312-555-0100", "Algebra")] == [
        True, True, True, True,
    ]  # fmt: skip
    assert "Pat Brisa" not in page


def test_what_has_ended_is_not_on_the_page(world: World, browse: Browse, as_loader: Loader) -> None:
    with as_loader():
        Guardian.objects.filter(source_key="g-Adair").update(ended_at=AT)
        SectionEnrollment.objects.filter(student=world.students["Adair"]).update(
            ends_on=AT.date().replace(day=1)
        )
    page = shown(browse, "counselor_0", world, "Adair")
    assert ("Pat Adair" in page, "Algebra" in page) == (False, False)


def test_that_a_student_is_homeless_is_on_the_page_of_who_may_know_and_of_nobody_else(
    world: World, browse: Browse
) -> None:
    pairs = (
        ("liaison", "Adair"), ("clerk_1", "Fenn"), ("clerk_1", "Escobar"), ("lead", "Adair"),
        ("okafor", "Adair"), ("counselor_0", "Adair"), ("auditor", "Adair"),
    )  # fmt: skip
    knowing = [
        pair for pair in pairs if "Temporary living" in shown(browse, pair[0], world, pair[1])
    ]
    assert knowing == [("liaison", "Adair"), ("clerk_1", "Fenn")]
