"""Next and previous: inside the list from which a case was opened, also after it has moved."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
NAMES = ("Adair", "Calloway", "Deng")


@pytest.fixture
def cases(world: World, as_loader: Loading) -> dict[str, CaseFile]:
    """Three cases of Okafor's network, an hour between their clocks; a fourth is another's."""
    with as_loader():
        for hours, name in enumerate((*NAMES, "Escobar"), 2):
            due = AT + timedelta(hours=hours)
            CaseFile.objects.filter(pk=world.cases[name].pk).update(due_at=due)
    return world.cases


def near(client: Client, address: str) -> dict[str, str]:
    """The neighbors that a page shows, by "prev" and "next"."""
    page = client.get(address).content.decode()
    found = re.findall(r'rel="(prev|next)" href="([^"]+)"', page)
    return {way: unescape(place) for way, place in found}


def place(case: CaseFile, named: str = "all") -> str:
    return f"/cases/{case.uuid}/?list={named}"


def test_the_list_is_walked_to_both_ends(cases: dict[str, CaseFile], browse: Browse) -> None:
    client = browse("okafor")
    first, second, last = (cases[name] for name in NAMES)
    narrowed = "workflow%3Dreengagement"
    assert near(client, place(first, narrowed)) == {"next": place(second, narrowed)}
    assert near(client, place(second, narrowed)) == {
        "prev": place(first, narrowed), "next": place(last, narrowed),
    }  # fmt: skip
    assert near(client, place(last, "today")) == {"prev": place(second, "today")}


def test_a_case_that_no_list_opened_has_no_neighbors(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    assert near(browse("okafor"), f"/cases/{cases['Calloway'].uuid}/") == {}


def test_what_the_list_does_not_hold_is_no_neighbor(
    cases: dict[str, CaseFile], browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=cases["Calloway"].pk).update(state="reaching")
    client, narrowed = browse("okafor"), "workflow%3Dreengagement%26state%3Dfound"
    assert near(client, place(cases["Adair"], narrowed))["next"] == place(cases["Deng"], narrowed)


def test_a_case_out_of_sight_is_nobodys_neighbor(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    reached = cases["Ibarra"]  # of another network, by a reach; Escobar comes before
    assert near(browse("okafor"), place(cases["Deng"]))["next"] == place(reached)
    assert near(browse("lead"), place(cases["Deng"]))["next"] == place(cases["Escobar"])


def test_after_a_step_the_next_one_is_that_which_came_after(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    client, case = browse("okafor"), cases["Adair"]
    page = client.get(place(case, "today")).content.decode()
    kept = dict(re.findall(r'<input type="hidden" name="(list|place|revision)" value="([^"]+)">',
                           page.split("/steps/take_up/")[1].split("</form>")[0]))  # fmt: skip
    kept = {key: unescape(value) for key, value in kept.items()}
    answer = client.post(f"/cases/{case.uuid}/steps/take_up/", kept)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.due_at
    assert case.due_at > AT + timedelta(hours=9)  # far behind the others now
    assert near(client, answer.headers["Location"])["next"] == place(cases["Calloway"], "today")


def test_a_place_that_cannot_be_read_is_that_of_the_case(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    for wrong in ("x", "2026-11-20T10:00 7", " 3", "2026-99-99T00:00+00:00 1"):
        found = near(browse("okafor"), f"{place(cases['Adair'])}&place={wrong}")
        assert found["next"] == place(cases["Calloway"])


def test_the_lists_link_with_their_own_narrowing(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    client, uuid = browse("okafor"), cases["Adair"].uuid
    for address, named in (
        ("/", "today"),
        ("/cases/", "all"),
        ("/cases/?late=&workflow=reengagement", "workflow%3Dreengagement"),
    ):
        assert f'href="/cases/{uuid}/?list={named}"' in client.get(address).content.decode()


def test_neighbors_cost_two_questions(cases: dict[str, CaseFile], browse: Browse) -> None:
    client, counted = browse("okafor"), []
    for address in (f"/cases/{cases['Calloway'].uuid}/", place(cases["Calloway"])):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries))
    assert counted[1] - counted[0] == 2
