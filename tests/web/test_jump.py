"""Jump finds from any page, within what one may see; a contact is logged on the student's page."""

from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bascule.access.acting import actor_of
from bascule.access.models import Disclosure, User
from bascule.cases.models import Note
from bascule.web.workspaces import pages_of
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
SEEN = {
    "lead": {"Brisa", "Fenn", "Kowal"}, "desk": {"Brisa", "Fenn", "Kowal"},
    "liaison": {"Brisa", "Fenn", "Kowal"}, "steward": {"Brisa", "Fenn", "Kowal"},
    "auditor": {"Brisa", "Fenn", "Kowal"}, "okafor": {"Brisa"}, "chief_0": {"Brisa"},
    "clerk_0": {"Brisa"}, "counselor_0": {"Brisa"}, "principal_0": {"Brisa", "Fenn", "Kowal"},
    "wren": {"Fenn"}, "chief_1": {"Fenn"}, "clerk_1": {"Fenn"}, "brooks": {"Kowal"},
    "intake": {"Kowal"},
}  # fmt: skip


def found(browse: Browse, who: str, text: str) -> str:
    answer = browse(who).get("/jump/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", MEMBERS)
def test_a_student_is_found_by_who_may_see_them_and_by_nobody_else(
    world: World, browse: Browse, who: str
) -> None:
    names = {
        name for name in ("Brisa", "Fenn", "Kowal")
        if str(world.students[name].uuid) in found(browse, who, name)
    }  # fmt: skip
    assert names == SEEN.get(who, set())


def test_a_misspelled_name_finds_the_student(world: World, browse: Browse) -> None:
    assert str(world.students["Calloway"].uuid) in found(browse, "okafor", "Caloway Sam")


def test_schools_are_for_who_may_open_their_figures(world: World, browse: Browse) -> None:
    names = ("Harbor Point High School", "Lantern Hill High School")
    shown = {
        who: [name for name in names if name in found(browse, who, "high school")]
        for who in ("lead", "chief_0", "clerk_0")
    }
    assert shown == {"lead": list(names), "chief_0": [names[0]], "clerk_0": []}


def test_pages_are_those_of_the_own_menu(world: World, browse: Browse) -> None:
    assert ("/feeds/" in found(browse, "steward", "fee")) is True
    assert ("/feeds/" in found(browse, "clerk_0", "fee")) is False
    assert "Nothing you may see fits “zzz”." in found(browse, "clerk_0", "zzz")


@pytest.mark.parametrize("who", MEMBERS)
def test_every_page_that_is_found_opens(world: World, browse: Browse, who: str) -> None:
    actor, client = actor_of(User.objects.get(username=who)), browse(who)
    places = [reverse(each.view) for each in pages_of(actor)]
    assert [place for place in places if client.get(place).status_code != 200] == []
    assert ("/procedures/" in places) == actor.may("work_cases")


def test_a_page_beside_the_menu_is_found_by_its_name(world: World, browse: Browse) -> None:
    assert "/procedures/" in found(browse, "okafor", "proced")
    assert "/procedures/" not in found(browse, "okafor", "")
    assert "/procedures/" not in found(browse, "clerk_0", "proced")


def test_one_letter_shows_nobody_and_is_recorded_for_nobody(world: World, browse: Browse) -> None:
    text = found(browse, "okafor", "a")
    assert not any(str(each.uuid) in text for each in world.students.values())
    found(browse, "okafor", "adair")
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        rows = Disclosure.objects.using("ledger").values_list("page", "filter", "students")
        kept = list(rows)
        cursor.execute("set role bascule_ledger")
    assert kept == [("jump", {"q": "adair"}, [str(world.students["Adair"].uuid)])]


def test_what_was_typed_is_shown_as_text(world: World, browse: Browse) -> None:
    assert "<script>" not in found(browse, "okafor", "<script>alert(1)</script>")


def test_jump_asks_as_often_for_one_student_as_for_seven(world: World, browse: Browse) -> None:
    client, asked = browse("lead"), []
    client.get("/jump/", {"q": "adair"})
    for text in ("adair", "8000"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/jump/", {"q": text})
        asked.append(len(queries))
    assert asked == [11, 11]


def test_a_contact_is_logged_from_the_students_page(world: World, browse: Browse) -> None:
    adair, client = world.students["Adair"], browse("okafor")
    assert 'id="contact-text"' in client.get(f"/students/{adair.uuid}/").content.decode()
    said = {"case": str(world.cases["Adair"].uuid), "kind": "call", "back": "student",
            "text": "Spoke with the aunt."}  # fmt: skip
    answer = client.post("/cases/contacts/", said)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/students/{adair.uuid}/")
    with as_role("loader"):
        assert Note.objects.filter(case=world.cases["Adair"], text=said["text"]).count() == 1


@pytest.mark.parametrize("case", ["", "junk", "Deng", "Fenn"])
def test_no_contact_is_logged_on_a_case_out_of_sight(
    world: World, browse: Browse, case: str
) -> None:
    named = str(world.cases[case].uuid) if case in world.cases else case
    said = {"case": named, "kind": "call", "back": "student", "text": "I was here."}
    assert browse("clerk_0").post("/cases/contacts/", said).status_code == 404
    with as_role("loader"):
        assert not Note.objects.filter(text="I was here.").exists()


def test_who_may_not_log_a_contact_is_not_asked_to(world: World, browse: Browse) -> None:
    page = browse("auditor").get(f"/students/{world.students['Adair'].uuid}/").content.decode()
    assert 'id="contact-text"' not in page
