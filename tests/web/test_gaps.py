"""The gap register: who writes, who decides, and what is counted before and after."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.models import Decision
from bascule.mobility.models import SystemGap
from tests.databases import as_role
from tests.web.test_tickets import close, raised, text
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
DAY = timedelta(days=1)
SEEN = {"pattern": "Schools fax records and nobody confirms", "root_cause": "no_answer"}


@pytest.fixture
def gap(world: World, browse: Browse) -> SystemGap:
    """Written down by a specialist."""
    answer = browse("okafor").post("/gaps/", SEEN)
    assert answer.status_code == 302
    return SystemGap.objects.get()


def decided(client: Client, gap: SystemGap, days_ago: int) -> int:
    on = str(AT.date() - days_ago * DAY)
    said = {"verb": "decide", "decision": "Answers are asked by mail, with a copy.", "on": on}
    return client.post(f"/gaps/{gap.uuid}/", said).status_code


def shown(client: Client, gap: SystemGap) -> str:
    return text(client.get(f"/gaps/{gap.uuid}/").content.decode())


def test_a_gap_has_the_office_of_its_cause_and_the_same_words_are_one(
    gap: SystemGap, browse: Browse
) -> None:
    assert (gap.office, gap.opened_name, gap.state) == ("Network Support", "Dana Okafor", "open")
    assert browse("wren").post("/gaps/", SEEN).headers["Location"] == f"/gaps/{gap.uuid}/"
    assert SystemGap.objects.count() == 1
    page = text(browse("lead").get("/gaps/").content.decode())
    assert "Schools fax records and nobody confirms" in page
    assert "Nothing is decided yet." in page


def test_the_lead_decides_and_tickets_are_counted_before_and_after(
    gap: SystemGap, world: World, browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        for name, days in (("Adair", 100), ("Calloway", 60), ("Escobar", 40), ("Kowal", 10)):
            close(raised(world, "release_block", name), "no_answer", AT - days * DAY)
        close(raised(world, "release_block", "Galarza"), "system", AT - 10 * DAY)
    lead = browse("lead")
    assert decided(lead, gap, 40) == 302
    page = lead.get(f"/gaps/{gap.uuid}/").content.decode()
    numbers = re.findall(r'<td class="number">([0-9.]+)</td>', page)
    # 90 days up to 40 days ago hold the tickets of 100, 60 and 40 days ago: 3 in 90 days, and the
    # 40 days after it hold one: 0.75 in 30 days, half-up to a tenth
    assert numbers == ["3", "1.0", "1", "0.8"]
    assert "1 ticket of this cause in 30 days" in text(lead.get("/gaps/").content.decode())


def test_soon_after_a_decision_it_is_too_early_to_tell(gap: SystemGap, browse: Browse) -> None:
    assert decided(browse("lead"), gap, 0) == 302
    assert "too early to tell" in shown(browse("lead"), gap)
    assert decided(browse("lead"), gap, 29) == 302
    assert "too early to tell" in shown(browse("lead"), gap)
    assert decided(browse("lead"), gap, 30) == 302
    assert "too early to tell" not in shown(browse("lead"), gap)


def test_tickets_out_of_sight_are_not_counted(
    gap: SystemGap, world: World, browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        close(raised(world, "release_block", "Escobar"), "no_answer", AT - 3 * DAY)
    seen = {who: text(browse(who).get("/gaps/").content.decode()) for who in ("lead", "okafor")}
    assert "1 ticket of this cause" in seen["lead"]
    assert "0 tickets of this cause" in seen["okafor"]  # of another network


def test_a_closed_gap_stays_as_it_is(gap: SystemGap, browse: Browse) -> None:
    lead = browse("lead")
    assert lead.post(f"/gaps/{gap.uuid}/", {"verb": "close", "because": " "}).status_code == 409
    said = {"verb": "close", "because": "The fax lines are gone."}
    assert lead.post(f"/gaps/{gap.uuid}/", said).status_code == 302
    assert decided(lead, gap, 3) == 409
    gap.refresh_from_db()
    assert (gap.state, gap.closed_because) == ("closed", "The fax lines are gone.")
    with as_role("loader"):
        verbs = Decision.objects.filter(verb__endswith="_gap").values_list("verb", flat=True)
        assert sorted(verbs) == ["close_gap", "open_gap"]


@pytest.mark.parametrize("who", ["okafor", "desk", "liaison", "intake"])
def test_only_the_lead_decides(gap: SystemGap, browse: Browse, who: str) -> None:
    assert decided(browse(who), gap, 3) in (403, 404)
    gap.refresh_from_db()
    assert gap.state == "open"
    assert "What was decided" not in shown(browse(who), gap)


@pytest.mark.parametrize("who", ["clerk_0", "chief_0", "principal_0", "auditor", "steward"])
def test_who_does_not_work_on_cases_sees_no_register(
    gap: SystemGap, browse: Browse, who: str
) -> None:
    for address in ("/gaps/", f"/gaps/{gap.uuid}/"):
        answer = browse(who).get(address)
        assert answer.status_code in (403, 404)
        assert "fax" not in answer.content.decode()
    assert browse(who).post("/gaps/", SEEN).status_code in (403, 404)


@pytest.mark.parametrize(
    "wrong", [{"pattern": " "}, {"root_cause": "gossip"}, {"pattern": "x" * 601}]
)
def test_what_cannot_be_written_down_is_said_and_kept_in_the_form(
    browse: Browse, wrong: dict[str, str]
) -> None:
    answer = browse("okafor").post("/gaps/", {**SEEN, "office": "Law", **wrong})
    assert answer.status_code == 409
    assert 'value="Law"' in answer.content.decode()
    assert not SystemGap.objects.exists()


def test_a_day_to_come_an_unknown_verb_and_an_unknown_gap_are_refused(
    gap: SystemGap, browse: Browse
) -> None:
    lead = browse("lead")
    assert decided(lead, gap, -1) == 409
    assert lead.post(f"/gaps/{gap.uuid}/", {"verb": "burn"}).status_code == 409
    assert lead.get(f"/gaps/{uuid4()}/").status_code == 404


def test_the_list_asks_as_often_for_thirty_gaps_as_for_one(
    gap: SystemGap, browse: Browse, as_loader: Loading
) -> None:
    client, counted = browse("lead"), []
    for _ in range(2):
        client.get("/gaps/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/gaps/")
        counted.append(len(queries))
        with as_loader():
            SystemGap.objects.bulk_create(
                SystemGap(pattern=f"Gap {n}", root_cause="system", office="A", opened_by=0,
                          opened_name="the builder", opened_at=AT)
                for n in range(30)
            )  # fmt: skip
    assert counted[0] == counted[1]
