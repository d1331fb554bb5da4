"""Calls: every number that may be known, for those who call and for nobody else."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile, Note
from bascule.roster.models import Guardian, Guardianship
from tests.databases import as_role
from tests.web.test_role_matrix import more_students
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def world(world: World, as_loader: Loading) -> World:
    """Adair did not arrive; a mother shared with Brisa (in sight) and with Escobar (elsewhere)."""
    with as_loader():
        for number, guardian in enumerate(Guardian.objects.order_by("source_key")):
            guardian.phone = f"312-555-{number:04}"
            guardian.save()
        mother = Guardian.objects.get(source_key="g-Adair")
        mother.sms = mother.phone
        mother.save()
        for name in ("Brisa", "Escobar"):
            Guardianship.objects.create(
                student=world.students[name], guardian=mother, relation="parent", source="sis",
                source_key=f"{name}|mother",
            )  # fmt: skip
        openings = [Opening(world.students[name], "Expected.") for name in ("Adair", "Galarza")]
        open_cases(BUILDER, workflow="did_not_arrive", openings=openings, at=AT)
    return world


def phone(name: str) -> str:
    with as_role("loader"):
        return Guardian.objects.get(source_key=f"g-{name}").phone


def shown(page: str, *names: str) -> set[str]:
    return {name for name in names if f'href="tel:{phone(name)}"' in page}


NAMES = ("Adair", "Brisa", "Escobar", "Galarza", "Kowal")


def test_the_clerk_sees_the_familys_numbers_and_those_of_siblings_in_sight(
    world: World, browse: Browse
) -> None:
    page = browse("clerk_0").get("/calls/").content.decode()
    assert shown(page, *NAMES) == {"Adair", "Brisa"}
    assert "in the record of Brisa, Sam" in page
    assert page.count(f'href="tel:{phone("Adair")}"') == 1
    assert "Galarza" not in page


def test_who_sees_the_other_sibling_calls_there_too(world: World, browse: Browse) -> None:
    page = browse("lead").get("/calls/").content.decode()
    assert shown(page, *NAMES) == {"Adair", "Brisa", "Escobar", "Galarza"}


@pytest.mark.parametrize("who", ["auditor", "steward", "chief_0", "intake"])
def test_who_does_not_call_has_no_list_of_numbers(world: World, browse: Browse, who: str) -> None:
    answer = browse(who).get("/calls/")
    assert (answer.status_code, phone("Adair") in answer.content.decode()) == (404, False)


def test_the_list_is_kept_in_the_record_of_reads_siblings_too(world: World, browse: Browse) -> None:
    from django.db import connections

    from bascule.access.models import Disclosure

    browse("clerk_0").get("/calls/")
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        kept = list(Disclosure.objects.using("ledger").values_list("page", "students"))
        cursor.execute("set role bascule_ledger")
    uuids = [str(world.students[name].uuid) for name in ("Adair", "Brisa")]
    assert kept == [("calls", uuids)]


def test_a_call_is_logged_from_the_list_and_leads_back_to_it(world: World, browse: Browse) -> None:
    client = browse("clerk_0")
    with as_role("loader"):
        case = CaseFile.objects.get(workflow="did_not_arrive", student=world.students["Adair"])
    said = {"kind": "call", "text": "Comes tomorrow.", "back": "calls"}
    answer = client.post(f"/cases/{case.uuid}/notes/", said)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/calls/")
    with as_role("loader"):
        kept = Note.objects.filter(case=case).values_list("kind", "text")
        assert list(kept) == [("call", "Comes tomorrow.")]


def test_a_student_without_a_number_says_so(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        Guardian.objects.update(phone="", sms="")
    page = browse("clerk_0").get("/calls/").content.decode()
    assert "No number is on record" in page


def test_the_page_asks_as_often_for_300_students_as_for_3(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    client, asked = browse("clerk_0"), []
    for count in (3, 297):
        with as_loader():
            more_students(count, workflow="did_not_arrive")
        client.get("/calls/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/calls/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
