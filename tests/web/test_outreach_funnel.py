"""The funnel's page: what is small is shown to who may open the rows, and hidden from others."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile, Transition
from bascule.mobility.actions.outreach import keep_outreach_counts
from bascule.mobility.models import OutreachCount
from tests.databases import as_role
from tests.web.test_role_matrix import more_students
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def world(world: World, as_loader: Loading) -> World:
    """Forty more were found this November; 15 of them were called and 12 agreed to an intake."""
    with as_loader():
        more_students(40)
        cases = list(CaseFile.objects.filter(student__family_name="Ines").order_by("pk"))
        for case in cases[:15]:
            case.notes.create(kind="call", text="x", at=AT, user_id=0, actor_name="x")
        for case in cases[:12]:
            Transition.objects.create(case=case, step="schedule_intake", to_state="intake",
                                      at=AT, user_id=0, actor_name="x")  # fmt: skip
        keep_outreach_counts(BUILDER, at=AT)
    return world


def page(client: Client, address: str = "/outreach/steps/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_shares_stand_beside_published_figures_with_their_base_and_source(
    world: World, browse: Browse
) -> None:
    text = page(browse("chief_0"))
    # 10 of the cast who are not restricted, all called, and 40: 25 of 50, then 12 of 25.
    assert "found in the school year 2026–2027" in text
    assert "Found: enrolled nowhere 50 " in text
    assert "Contacted: an attempt is noted 25 50.0 % of 50 of those found" in text
    assert (
        "Intake agreed 12 48.0 % of 25 of those contacted 50.2 % 20 programs of the national"
        " re-engagement network, 2015–16"
    ) in text
    assert "Enrolled again hidden" in text
    assert "as known on Nov 20, 2026; rule version 1" in text


def test_who_may_open_the_rows_sees_small_counts_but_not_of_english_learners(
    world: World, browse: Browse
) -> None:
    assert "Enrolled again 0 0.0 % of 12 of those with an intake" in page(browse("lead"))
    assert "You see more counts than others do" in page(browse("lead"))
    assert "You see more counts than others do" not in page(browse("chief_0"))
    learners = page(browse("lead"), "/outreach/steps/?by=el")
    months = learners[learners.index("By month and group") :]
    assert "English learners" in months
    assert " 0 " not in months.split("Not English learners")[1]


@pytest.mark.parametrize("who", ["lead", "chief_0", "okafor", "auditor"])
def test_no_reader_gets_a_hidden_row_that_is_not_theirs(
    world: World, browse: Browse, as_person: Callable[[str], AbstractContextManager[None]], who: str
) -> None:
    with as_person(who):
        seen = OutreachCount.objects.filter(is_hidden=True)
        kinds = set(seen.values_list("cut", flat=True))
    assert kinds == ({"", "race"} if who in {"lead", "auditor"} else set())
    with as_role("loader"):
        assert OutreachCount.objects.filter(is_hidden=True, cut="el").exists()


@pytest.mark.parametrize("who", ["clerk_0", "counselor_0", "intake", "desk"])
def test_who_sees_no_measures_has_no_funnel(world: World, browse: Browse, who: str) -> None:
    answer = browse(who).get("/outreach/steps/")
    assert (answer.status_code, b"Found: enrolled" in answer.content) == (404, False)


def test_a_restricted_case_counts_for_nobody(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    before = {who: page(browse(who)) for who in ("lead", "chief_0")}
    with as_loader():
        more_students(3)
        newest = CaseFile.objects.order_by("-pk").values("pk")[:3]
        CaseFile.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(
            tier="restricted"
        )
        keep_outreach_counts(BUILDER, at=AT)
    assert {who: page(browse(who)) for who in before} == before


def test_before_a_night_has_counted_the_page_says_so(world: World, browse: Browse) -> None:
    with as_role("loader"):
        OutreachCount.objects.all().delete()
    assert "or no night has counted yet" in page(browse("lead"))


def test_last_year_is_reached_by_its_chip(world: World, browse: Browse, as_loader: Loading) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=world.cases["Adair"].pk).update(
            opened_at=AT - timedelta(days=200)
        )
        keep_outreach_counts(BUILDER, at=AT)
    assert "found in the school year 2025–2026" in page(
        browse("lead"), "/outreach/steps/?year=2026"
    )
    assert "found in the school year 2026–2027" in page(browse("lead"), "/outreach/steps/?year=x")


def test_the_page_reads_in_spanish(world: World, browse: Browse) -> None:
    client = browse("lead")
    client.post("/language/", {"language": "es", "next": "/outreach/steps/"})
    text = page(client, "/outreach/steps/?by=el")
    assert "Encontrados: sin inscripción" in text
    assert "Found" not in text


def test_the_page_asks_as_often_for_many_cases_as_for_few(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    client, asked = browse("lead"), []
    for count in (3, 297):
        with as_loader():
            more_students(count)
            keep_outreach_counts(BUILDER, at=AT)
        client.get("/outreach/steps/")
        with CaptureQueriesContext(connection) as queries:
            page(client)
        asked.append(len(queries))
    assert asked[0] == asked[1]
