"""A case is opened from the student's page: what one's role may open, about whom one may see."""

from collections.abc import Callable

import pytest
from django.test import Client

from bascule.cases.models import CaseFile
from bascule.cases.registry import workflows
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def offered(page: str) -> set[str]:
    """The kinds of cases in the menu of a student's page."""
    menu = page.partition('<select id="workflow"')[2].partition("</select>")[0]
    return {each.key for each in workflows() if f'value="{each.key}"' in menu}


def opened(workflow: str) -> list[CaseFile]:
    with as_role("loader"):
        return list(CaseFile.objects.filter(workflow=workflow).select_related("student"))


def test_the_menu_holds_what_the_role_may_open(world: World, browse: Browse) -> None:
    address = f"/students/{world.students['Adair'].uuid}/"
    clerk = offered(browse("clerk_0").get(address).content.decode())
    assert "lost_child" in clerk
    assert clerk & {"claims_overlap", "options_transfer", "reengagement"} == set()
    assert offered(browse("auditor").get(address).content.decode()) == set()


def test_the_clerk_opens_a_search_and_comes_to_its_page(world: World, browse: Browse) -> None:
    student, client = world.students["Adair"], browse("clerk_0")
    said = {"workflow": "lost_child", "reason": "Not seen since Monday."}
    answer = client.post(f"/students/{student.uuid}/cases/", said)
    [case] = opened("lost_child")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.uuid}/")
    assert (case.student, case.reason) == (student, "Not seen since Monday.")
    again = client.post(f"/students/{student.uuid}/cases/", said)
    assert again.headers["Location"] == f"/cases/{case.uuid}/"
    assert "Calling every number" in client.get(f"/cases/{case.uuid}/").content.decode()
    assert "Not seen since Monday." in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("who", "workflow", "reason", "status"),
    [
        ("auditor", "lost_child", "I want.", 409),
        ("clerk_0", "reengagement", "I want.", 409),
        ("clerk_0", "no_such", "I want.", 409),
        ("clerk_0", "lost_child", "  ", 409),
        ("clerk_1", "lost_child", "I want.", 404),
    ],
)
def test_what_may_not_be_opened_is_refused_and_leaves_nothing(
    world: World, browse: Browse, who: str, workflow: str, reason: str, status: int
) -> None:
    address = f"/students/{world.students['Adair'].uuid}/cases/"
    before = len(opened(workflow))
    answer = browse(who).post(address, {"workflow": workflow, "reason": reason})
    assert (answer.status_code, len(opened(workflow))) == (status, before)


def test_reading_the_address_opens_nothing(world: World, browse: Browse) -> None:
    answer = browse("clerk_0").get(f"/students/{world.students['Adair'].uuid}/cases/")
    assert (answer.status_code, opened("lost_child")) == (405, [])


def test_what_only_others_may_know_is_reported_and_the_answer_is_the_same_the_second_time(
    world: World, browse: Browse
) -> None:
    student, client = world.students["Adair"], browse("clerk_0")
    page = client.get(f"/students/{student.uuid}/").content.decode()
    assert "Homeless-status dispute (reported: only who may know sees it)" in page
    said = {"workflow": "homeless_dispute", "reason": "The address is doubted."}
    answers = [client.post(f"/students/{student.uuid}/cases/", said) for _ in range(2)]
    assert {(each.status_code, each.headers["Location"]) for each in answers} == {
        (302, f"/students/{student.uuid}/?reported=1")
    }
    [case] = opened("homeless_dispute")
    after = client.get(answers[0].headers["Location"]).content.decode()
    assert "You will not see the case." in after
    assert "The address is doubted." not in after
    assert client.get(f"/cases/{case.uuid}/").status_code == 404
    assert "The address is doubted." in browse("liaison").get("/").content.decode()
