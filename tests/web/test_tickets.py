"""Tickets: what stands open, what caused the closed ones, each count over rows in sight alone."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.kernel.clock import holding_clock
from tests.web.test_role_matrix import more_students
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
CLOSED = {"Adair": "no_answer", "Brisa": "no_answer", "Escobar": "late_entry", "Kowal": "system"}


@pytest.fixture
def world(world: World, as_loader: Loading) -> World:
    """Release blocks closed in October and November, an open one, and a restricted ticket."""
    october = AT - timedelta(days=30)
    with as_loader():
        for name, cause in CLOSED.items():
            at = october if name == "Kowal" else AT
            case = raised(world, "release_block", name)
            CaseFile.objects.filter(pk=case.pk).update(owner=case.owner, opened_at=october)
            close(case, cause, at)
        raised(world, "release_block", "Calloway")
        raised(world, "homeless_dispute", "Adair")
    return world


def raised(world: World, workflow: str, name: str) -> CaseFile:
    opening = Opening(world.students[name], f"{name} waits.")
    [case] = open_cases(BUILDER, workflow=workflow, openings=[opening], at=AT)
    return case


def close(case: CaseFile, cause: str, at: datetime) -> None:
    lead = replace(BUILDER, permissions=BUILDER.permissions | {"force_release"})
    with holding_clock(at):
        take_step(lead, case=case, step="close_released", at=at,
                  answers={"outcome": "Done.", "root_cause": cause})  # fmt: skip


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def pareto(client: Client, query: str = "") -> list[list[str]]:
    """The rows of the causes: cause, count, percent, together."""
    page = client.get(f"/tickets/{query}").content.decode()
    tables = re.findall(r"<tbody>(.*?)</tbody>", page, re.S)
    if len(tables) < 2:
        return []
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
            for row in re.findall(r"<tr>(.*?)</tr>", tables[1], re.S)]  # fmt: skip
    told = [[text(cell).strip() for cell in row] for row in rows]
    return [[row[0], *row[2:5]] for row in told]


def open_rows(client: Client) -> dict[str, str]:
    page = client.get("/tickets/").content.decode()
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return dict(re.findall(r"workflow=(\w+)\">.*?<td class=\"number\">(\d+)</td>", table))


def test_the_lead_sees_the_causes_the_most_frequent_first(world: World, browse: Browse) -> None:
    assert pareto(browse("lead")) == [
        ["The other school or district did not answer", "2", "50.0", "50.0"],
        ["Entered late or not at all", "1", "25.0", "75.0"],
        ["The student system lost or delayed it", "1", "25.0", "100.0"],
    ]


@pytest.mark.parametrize(
    ("query", "counts"),
    [("?month=2026-11-01", ["2", "1"]), ("?month=2026-10-01", ["1"]), ("?month=2026-09-01",
     ["2", "1", "1"]), ("?kind=iep_seat", []), ("?kind=release_block", ["2", "1", "1"])],
)  # fmt: skip
def test_kind_and_month_narrow_the_causes(
    world: World, browse: Browse, query: str, counts: list[str]
) -> None:
    assert [row[1] for row in pareto(browse("lead"), query)] == counts


def test_who_sees_fewer_rows_sees_fewer_counts(world: World, browse: Browse) -> None:
    assert [row[:2] for row in pareto(browse("wren"))] == [["Entered late or not at all", "1"]]
    assert pareto(browse("clerk_1")) == [["Entered late or not at all", "1", "100.0", "100.0"]]
    assert open_rows(browse("clerk_0"))["release_block"] == "0"
    assert open_rows(browse("clerk_1"))["release_block"] == "1"


def test_a_restricted_ticket_is_counted_for_its_tier_alone(world: World, browse: Browse) -> None:
    counts = {who: open_rows(browse(who))["homeless_dispute"] for who in
              ("liaison", "lead", "clerk_0", "principal_0", "steward")}  # fmt: skip
    assert counts == {"liaison": "1", "lead": "0", "clerk_0": "0", "principal_0": "0",
                      "steward": "0"}  # fmt: skip


def test_every_count_opens_to_the_tickets_behind_it(world: World, browse: Browse) -> None:
    page = browse("lead").get("/tickets/?cause=no_answer").content.decode()
    assert set(re.findall(r"(Adair|Brisa|Escobar|Kowal), Sam", page)) == {"Adair", "Brisa"}
    hidden = browse("wren").get("/tickets/?cause=no_answer").content.decode()
    assert "Adair" not in hidden
    assert browse("lead").get("/tickets/?cause=nonsense&month=x&kind=y").status_code == 200


def test_the_page_asks_as_often_for_300_tickets_as_for_3(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    client, asked = browse("lead"), []
    for count in (3, 297):
        with as_loader():
            more_students(count, workflow="release_block")
        client.get("/tickets/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/tickets/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
