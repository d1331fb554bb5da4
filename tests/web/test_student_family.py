"""A student's page names the family and the classes; a program shows itself to its tier alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bascule.roster.models import Guardian, SectionEnrollment
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def world(world: World, as_loader: Loader) -> World:
    """The world, and the telephone number of one guardian."""
    with as_loader():
        Guardian.objects.filter(source_key="g-Adair").update(phone="312-555-0100")
    return world


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
    assert ('id="family"' in page, "Algebra" in page) == (False, False)


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


def answered(browse: Browse, who: str, world: World, **said: str) -> int:
    address = f"/students/{world.students['Adair'].uuid}/consents/"
    return browse(who).post(address, said).status_code


def test_a_familys_answer_is_written_down_on_the_page_and_the_newest_holds(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        guardian = Guardian.objects.get(source_key="g-Adair").uuid
    asked = {"purpose": "survey", "guardian": str(guardian)}
    assert (
        answered(browse, "okafor", world, **asked, answer="granted", starts_on="2026-11-02") == 302
    )
    page = shown(browse, "counselor_0", world, "Adair")
    assert "Surveys</strong>: " in page
    assert "Pat Adair · since Nov 2, 2026" in page
    assert answered(browse, "okafor", world, **asked, answer="refused") == 302
    page = shown(browse, "counselor_0", world, "Adair")
    told = page.split("Surveys</strong>")[1].split("</li>")[0]
    assert ("Refused</span>" in told, "Granted</span>" in told) == (True, False)


@pytest.mark.parametrize(
    "said",
    [
        {"purpose": "fun", "answer": "granted"},
        {"purpose": "survey", "answer": "maybe"},
        {"purpose": "survey", "answer": "granted", "starts_on": "tomorrow"},
        {"purpose": "survey", "answer": "granted", "ends_on": "2026-11-01"},
        {"purpose": "survey", "answer": "granted", "guardian": "somebody"},
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(
    world: World, browse: Browse, said: dict[str, str]
) -> None:
    before = shown(browse, "okafor", world, "Adair").split('id="consents"')[1].split("<form")[0]
    assert answered(browse, "okafor", world, **said) == 409
    assert (
        shown(browse, "okafor", world, "Adair").split('id="consents"')[1].split("<form")[0]
        == before
    )


def test_who_does_not_speak_with_families_sees_answers_and_writes_none(
    world: World, browse: Browse
) -> None:
    assert answered(browse, "clerk_0", world, purpose="survey", answer="granted") == 404
    assert "Record an answer" not in shown(browse, "clerk_0", world, "Adair")
