"""Saved views: a part of the list under a name, counted for who looks, shared among colleagues."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions.views import MOST, save_view
from bascule.cases.boards import Part
from bascule.cases.models import CaseFile, CaseView
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
As = Callable[[str], AbstractContextManager[None]]
SAVE = "/cases/views/"
CHIP = re.compile(r'<a class="chip" href="(\?[^"]*)"[^>]*>([^<]+) <span class="soft tabular">(\d+)')


@pytest.fixture(autouse=True)
def no_views(world: World) -> None:
    """The world without the views that it begins with."""
    with as_role("loader"):
        CaseView.objects.all().delete()


def chips(client: Client, address: str = "/cases/") -> list[tuple[str, str, str]]:
    return CHIP.findall(client.get(address).content.decode())


def listed(client: Client, address: str) -> int:
    return client.get(f"/cases/{address}").content.decode().count('<li class="line"')


def test_a_view_is_saved_from_the_list_and_leads_back_to_it_with_its_count(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    said = {"title": " To call ", "query": "workflow=reengagement&state=found&page=3"}
    answer = client.post(SAVE, said)
    assert answer.headers["Location"] == "/cases/?workflow=reengagement&state=found"
    [(address, title, count)] = chips(client)
    assert (address, title) == ("?workflow=reengagement&amp;state=found", "To call")
    assert int(count) == listed(client, "?workflow=reengagement&state=found") > 0


def test_what_is_shared_counts_for_each_colleague_what_they_may_see(
    world: World, browse: Browse
) -> None:
    browse("lead").post(SAVE, {"title": "Found", "query": "state=found", "shared": "1"})
    counts = {who: int(chips(browse(who))[0][2]) for who in ("lead", "okafor", "liaison")}
    assert counts == {who: listed(browse(who), "?state=found") for who in counts}
    assert counts["okafor"] < counts["lead"] < counts["liaison"]  # two are restricted
    assert chips(browse("clerk_0")) == []  # works on no cases


def test_ones_own_view_is_ones_own_by_both_locks(
    world: World, browse: Browse, as_person: As
) -> None:
    browse("okafor").post(SAVE, {"title": "Mine", "query": "state=found"})
    assert chips(browse("wren")) == []
    with as_person("wren"):
        assert list(CaseView.objects.all()) == []
    with as_person("okafor"):
        assert CaseView.objects.count() == 1


def test_only_who_saved_a_view_removes_it(world: World, browse: Browse, as_person: As) -> None:
    browse("okafor").post(SAVE, {"title": "Ours", "query": "state=found", "shared": "1"})
    with as_person("okafor"):
        view = CaseView.objects.get()
    address = f"/cases/views/{view.uuid}/remove/"
    assert browse("wren").post(address).status_code == 404
    with as_person("wren"), pytest.raises(DatabaseError), transaction.atomic():
        CaseView.objects.create(user_id=view.user_id, user_name="x", title="Forged", part={})
    with as_person("wren"):
        assert CaseView.objects.filter(pk=view.pk).delete()[0] == 0
    assert "Remove" not in browse("wren").get("/cases/").content.decode()
    assert browse("okafor").post(address).status_code == 302
    assert chips(browse("okafor")) == []


def test_the_same_title_again_stands_for_the_new_part(world: World, browse: Browse) -> None:
    client = browse("okafor")
    for query in ("state=found", "late=1"):
        client.post(SAVE, {"title": "Mine", "query": query})
    assert [(address, title) for address, title, _ in chips(client)] == [("?late=1", "Mine")]


@pytest.mark.parametrize(
    ("title", "part", "code"), [("", Part(state="found"), "empty"), ("All", Part(), "empty")]
)
def test_a_view_without_a_name_or_of_everything_is_refused(
    world: World, actor: Find, as_person: As, title: str, part: Part, code: str
) -> None:
    with as_person("okafor"), pytest.raises(Refusal) as refused:
        save_view(actor("okafor"), title=title, part=part)
    assert refused.value.code == code


def test_one_has_twelve_views_and_no_more(world: World, actor: Find, as_person: As) -> None:
    okafor = actor("okafor")
    with as_person("okafor"):
        for number in range(MOST):
            save_view(okafor, title=f"View {number}", part=Part(is_late=True))
        save_view(okafor, title="View 3", part=Part(state="found"))  # in the place of the known one
        with pytest.raises(Refusal) as refused:
            save_view(okafor, title="One more", part=Part(is_late=True))
    assert refused.value.code == "too-many"


def test_who_does_not_work_on_cases_saves_and_does_not_share(
    world: World, actor: Find, as_person: As
) -> None:
    clerk = actor("clerk_0")
    with as_person("clerk_0"):
        assert save_view(clerk, title="Late", part=Part(is_late=True)).title == "Late"
        with pytest.raises(NotPermitted):
            save_view(clerk, title="Ours", part=Part(is_late=True), is_shared=True)


def test_views_are_counted_in_one_statement_however_many_there_are(
    world: World, browse: Browse, actor: Find, as_person: As
) -> None:
    client, counts = browse("okafor"), []
    for number in (1, 6):
        with as_person("okafor"):
            for place in range(number):
                save_view(actor("okafor"), title=f"V{place}", part=Part(state="found"))
        with CaptureQueriesContext(connection) as asked:
            client.get("/cases/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_view_holds_no_case(world: World, browse: Browse) -> None:
    client = browse("okafor")
    client.post(SAVE, {"title": "Mine", "query": "state=found"})
    [(_, _, before)] = chips(client)
    with as_role("loader"):
        CaseFile.objects.filter(state="found").update(state="reaching")
    [(_, _, after)] = chips(client)
    assert (int(before) > 0, int(after)) == (True, 0)
