"""What helps: drawn students stand apart and first, and the Lead sees what the lot shows."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile, Transition
from bascule.mobility.models import OutreachBands, OutreachSlice
from tests.databases import as_role
from tests.web.test_outreach import line_of
from tests.world import AT, World, restrict

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
KINDS = {"Adair": "visit", "Calloway": "call", "Deng": "", "Kowal": "visit", "Brisa": "visit"}


@pytest.fixture
def world(world: World, as_loader: Loading) -> World:
    """Found 31 days ago, untried; three were drawn, one was not; two had an intake in time."""
    began = AT - timedelta(days=31)
    with as_loader():
        drawn_in = OutreachSlice.objects.create(
            seed=12345678901, version=1, approved_by="Research review board", started_at=began,
            started_by=1, started_name="Marisol Vega",
        )  # fmt: skip
        for name, kind in KINDS.items():
            case = world.cases[name]
            CaseFile.objects.filter(pk=case.pk).update(opened_at=began)
            case.notes.all().delete()
            lot = {"slice": drawn_in, "first_kind": kind}
            OutreachBands.objects.filter(case=case).update(**lot)
        for name, days in (("Kowal", 30), ("Brisa", 3)):
            Transition.objects.create(
                case=world.cases[name], step="schedule_intake", to_state="intake",
                at=began + timedelta(days=days), user_id=0, actor_name="x",
            )  # fmt: skip
    return world


def page(client: Client, address: str = "/outreach/slice/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_drawn_students_stand_first_and_apart_and_their_first_try_is_what_was_drawn(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        OutreachBands.objects.filter(case=world.cases["Deng"]).update(highs=3)
    answer = browse("okafor").get("/outreach/").content.decode()
    assert re.findall(r"data-open[^>]*>(\w+), Sam<|<h2>([^<]+)</h2>", answer)[:5] == [
        ("", "Drawn by lot"), ("Adair", ""), ("Calloway", ""), ("", "By bands"), ("Deng", ""),
    ]  # fmt: skip
    assert "Next: home visit Kinds tried: 0 of 5" in line_of(answer, "Adair")
    assert "Next: call" in line_of(answer, "Calloway")
    assert "Next: call" in line_of(answer, "Deng")
    assert "the same kinds of attempts are owed to everybody" in answer


def test_after_the_first_try_everybody_goes_on_alike(world: World, browse: Browse) -> None:
    client, case = browse("okafor"), world.cases["Adair"]
    client.post(f"/cases/{case.uuid}/notes/", {"kind": "visit", "text": "Nobody home."})
    answer = client.get("/outreach/").content.decode()
    assert "Next: call Kinds tried: 1 of 5" in line_of(answer, "Adair")


def test_without_a_lot_nothing_of_it_is_said(world: World, browse: Browse) -> None:
    assert "Drawn by lot" not in page(browse("wren"), "/outreach/")


def test_the_lead_sees_both_comparisons_without_restricted_cases(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        assert world.cases["Brisa"].tier == "restricted"  # drawn before, restricted since
    text = page(browse("lead"))
    # Kowal of Adair, Calloway and Kowal; not Deng. Home visits: one of two, calls: none of one.
    assert "Not drawn 1 0 (0.0 %) the others are compared with it" in text
    assert re.search(r"Drawn to come first 3 1 \(33\.3 %\) \+33\.3 points, between −\d", text)
    assert "(no difference is shown)" in text
    assert "Call 1 0 (0.0 %)" in text
    assert "Home visit 2 1 (50.0 %) +50.0 points" in text
    assert "Message 0 0 not known yet 0 0" in text
    assert "Research review board" in text
    assert "12345678901" in text
    with as_role("loader"):
        restrict(world.cases["Kowal"])
    assert "Home visit 1 0 (0.0 %)" in page(browse("lead"))


@pytest.mark.parametrize("who", ["okafor", "desk", "auditor", "chief_0", "clerk_0"])
def test_the_page_is_the_leads_and_nobody_else_starts_or_ends_it(
    world: World, browse: Browse, who: str
) -> None:
    client = browse(who)
    assert client.get("/outreach/slice/").status_code == 404
    assert client.post("/outreach/slice/", {"verb": "end"}).status_code == 404
    with as_role("loader"):
        assert OutreachSlice.objects.get().ended_at is None


def test_the_lead_ends_it_and_starts_it_with_an_approval(world: World, browse: Browse) -> None:
    client = browse("lead")
    assert client.post("/outreach/slice/", {"verb": "end"}).status_code == 302
    text = page(client)
    assert "The last drawing" in text
    assert "Start to draw" in text
    refused = client.post("/outreach/slice/", {"verb": "start", "approved_by": ""})
    assert (refused.status_code, b"Say who approved" in refused.content) == (409, True)
    said = {"verb": "start", "approved_by": "The board"}
    assert client.post("/outreach/slice/", said).status_code == 302
    assert "Drawing now" in page(client)
    with as_role("loader"):
        assert OutreachSlice.objects.filter(ended_at=None).get().approved_by == "The board"


def test_the_page_reads_in_spanish(world: World, browse: Browse) -> None:
    client = browse("lead")
    client.post("/language/", {"language": "es", "next": "/outreach/slice/"})
    text = page(client)
    assert "No sorteados" in text
    assert "Not drawn" not in text


def test_the_page_asks_as_often_for_many_cases_as_for_few(world: World, browse: Browse) -> None:
    client, asked = browse("lead"), []
    for names in ((), ("Escobar", "Galarza", "Huang", "Ibarra", "Jansen")):
        with as_role("loader"):
            some = [world.cases[name].pk for name in names]
            drawn_in = OutreachSlice.objects.get()
            OutreachBands.objects.filter(case__in=some).update(slice=drawn_in, first_kind="call")
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        asked.append(len(queries))
    assert asked[0] == asked[1]
