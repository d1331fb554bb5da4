"""The certified staff of schools: who signs, who counts where, and who sees which school."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting
from bascule.access.models import Export
from bascule.directory.models import Assignment, Organization, Person, Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted
from bascule.kernel.school_calendar import last_day_of
from bascule.mobility.actions.procedures import certify_by, sign_procedure
from bascule.mobility.models import (
    Procedure,
    ProcedureSignature,
    ProcedureVersion,
    SchoolCertification,
)
from bascule.mobility.queries import certified_at, open_schools, short_schools
from tests.databases import as_role
from tests.web.test_exports import run_queue
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
As = Callable[[str], AbstractContextManager[None]]
Find = Callable[[str], Actor]
Loading = Callable[[], AbstractContextManager[None]]
TODAY, DAY = AT.date(), timedelta(days=1)
AT_SCHOOLS = ("principal_0", "counselor_0", "clerk_0", "clerk_1", "intake")
CODES = {
    "title": "Enroll and leave codes", "office": "Options Network", "words": "Code 86 comes last.",
    "link": "", "starts_on": str(TODAY - 30 * DAY),
}  # fmt: skip
VISITS = {**CODES, "title": "Home visits"}


@pytest.fixture(autouse=True)
def morning(world: World) -> Iterator[None]:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


def published(browse: Browse, said: dict[str, str]) -> ProcedureVersion:
    assert browse("lead").post("/procedures/", said).status_code == 302
    return ProcedureVersion.objects.get(procedure__title=said["title"])


def address(version: ProcedureVersion) -> str:
    return f"/procedures/{version.procedure.uuid}/"


@pytest.fixture
def version(browse: Browse) -> ProcedureVersion:
    """The school certification, beside another procedure that certifies nobody."""
    published(browse, VISITS)
    found = published(browse, CODES)
    assert browse("lead").post(address(found), {"certifies": "1"}).status_code == 302
    return found


def sign(browse: Browse, who: str, version: ProcedureVersion) -> None:
    assert browse(who).post(address(version), {"number": "1"}).status_code == 302


def shown(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def counts(actor: Actor, day: date = TODAY) -> dict[str, int]:
    with acting(actor):
        found = certified_at(list(open_schools(actor, day)), day)
    return {each.school.source_key: len(each.people) for each in found}


def test_a_clerk_signs_and_the_lead_sees_the_school_that_counts_them(
    version: ProcedureVersion, browse: Browse, actor: Find
) -> None:
    lead = browse("lead")
    assert "6 schools have fewer than two certified staff" in shown(lead, "/")
    assert "1 school has fewer than two certified staff" in shown(browse("clerk_0"), "/")
    assert "2 schools have fewer than two certified staff" in shown(browse("chief_0"), "/")
    assert "certified staff" not in shown(browse("okafor"), "/")
    sign(browse, "clerk_0", version)
    page = shown(lead, "/certified/")
    assert (page.count("Bea Nowak"), page.count("data-row")) == (1, 6)
    sign(browse, "principal_0", version)
    assert counts(actor("lead")) == {
        "S101": 2, "S102": 0, "S201": 0, "S202": 0, "S203": 0, "S901": 0
    }  # fmt: skip
    assert shown(lead, "/certified/?show=short").count("data-row") == 5
    assert "5 schools have fewer" in shown(lead, "/")
    assert "certified staff" not in shown(browse("clerk_0"), "/")
    assert "sign it for this school year" not in shown(browse("clerk_0"), address(version))


@pytest.mark.parametrize("who", AT_SCHOOLS)
def test_who_works_at_a_school_reads_and_signs_the_certification_and_no_other(
    version: ProcedureVersion, browse: Browse, who: str
) -> None:
    other = ProcedureVersion.objects.get(procedure__title="Home visits")
    assert browse(who).get(address(version)).status_code == 200
    sign(browse, who, version)
    assert browse(who).post(address(other), {"number": "1"}).status_code in (403, 404)
    assert ProcedureSignature.objects.get().person == Person.objects.get(source_key=who)
    assert browse(who).get("/procedures/").status_code == (200 if who == "intake" else 404)


@pytest.mark.parametrize("who", ["auditor", "steward", "soar", "chief_0", "okafor", "lead"])
def test_who_works_at_no_school_cannot_be_certified(
    version: ProcedureVersion, browse: Browse, actor: Find, as_person: As, who: str
) -> None:
    assert browse(who).post(address(version), {"number": "1"}).status_code in (403, 404)
    with as_person(who), pytest.raises(NotPermitted):
        sign_procedure(actor(who), version=version)
    assert not ProcedureSignature.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "steward", "soar", "liaison", "okafor"])
def test_who_has_no_part_in_it_does_not_see_who_is_certified(
    version: ProcedureVersion, browse: Browse, who: str
) -> None:
    sign(browse, "clerk_0", version)
    answer = browse(who).get("/certified/")
    assert answer.status_code == 404
    assert "Bea Nowak" not in answer.content.decode()


def test_chiefs_see_the_schools_of_their_network_and_schools_their_own(
    version: ProcedureVersion, browse: Browse, actor: Find
) -> None:
    sign(browse, "clerk_0", version)
    assert "Bea Nowak" in shown(browse("chief_0"), "/certified/")
    assert "Bea Nowak" not in shown(browse("chief_1"), "/certified/")
    assert "Bea Nowak" not in shown(browse("clerk_1"), "/certified/")
    assert [set(counts(actor(who))) for who in ("chief_0", "chief_1", "clerk_1")] == [
        {"S101", "S102"}, {"S201", "S202", "S203"}, {"S102"},
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["okafor", "clerk_0", "chief_0"])
def test_only_the_lead_says_what_certifies_and_the_newest_mark_holds(
    version: ProcedureVersion, browse: Browse, actor: Find, as_person: As, who: str
) -> None:
    other = Procedure.objects.get(title="Home visits")
    with as_person(who), pytest.raises(NotPermitted):
        certify_by(actor(who), procedure=other)
    assert browse(who).post(address(version), {"certifies": "1"}).status_code in (403, 404)
    assert SchoolCertification.objects.count() == 1
    sign(browse, "clerk_0", version)
    with as_person("lead"):
        for _ in range(2):
            certify_by(actor("lead"), procedure=other, at=AT + DAY)
    assert SchoolCertification.objects.count() == 2
    assert set(counts(actor("lead")).values()) == {0}
    assert browse("clerk_0").get(address(version)).status_code == 404


def test_a_certificate_ends_with_the_school_year_and_with_the_position(
    version: ProcedureVersion, browse: Browse, actor: Find, as_loader: Loading
) -> None:
    sign(browse, "clerk_0", version)
    lead, last = actor("lead"), last_day_of(2027)
    assert last == date(2027, 6, 30)
    assert [counts(lead, day)["S101"] for day in (last, last + DAY)] == [1, 0]
    with as_loader():
        Assignment.objects.filter(person__source_key="clerk_0").update(ends_on=TODAY)
    assert [counts(lead, day)["S101"] for day in (TODAY, TODAY + DAY)] == [1, 0]


def test_one_person_with_two_positions_at_a_school_is_one(
    version: ProcedureVersion, browse: Browse, actor: Find, as_loader: Loading
) -> None:
    with as_loader():
        seat = Position.objects.create(
            role="counselor", title="Counselor", source="sis", source_key="second",
            organization=Organization.objects.get(source_key="S101"),
        )  # fmt: skip
        clerk = Person.objects.get(source_key="clerk_0")
        Assignment.objects.create(person=clerk, position=seat, starts_on=TODAY)
    sign(browse, "clerk_0", version)
    assert counts(actor("lead"))["S101"] == 1
    assert shown(browse("lead"), "/certified/").count("Bea Nowak") == 1


def test_without_a_certification_nobody_is_short_and_the_page_says_why(
    browse: Browse, actor: Find
) -> None:
    assert not short_schools(actor("lead"), TODAY).exists()
    assert "certified staff" not in shown(browse("lead"), "/")
    assert "No procedure certifies yet" in shown(browse("lead"), "/certified/")


def test_the_file_holds_the_schools_of_the_page(version: ProcedureVersion, browse: Browse) -> None:
    sign(browse, "clerk_0", version)
    client = browse("chief_0")
    client.post("/exports/", {"kind": "certified"})
    run_queue()
    with as_role("loader"):
        export = Export.objects.get(kind="certified")
    answer = client.get(f"/exports/{export.pk}/file/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["School", "Certified staff", "Who", "Until"]
    assert [row[1:] for row in rows[1:]] == [["1", "Bea Nowak", "2027-06-30"], ["0", "", ""]]


def test_the_list_asks_as_often_for_three_hundred_schools_as_for_six(
    version: ProcedureVersion, browse: Browse, as_loader: Loading
) -> None:
    client, counted = browse("lead"), []
    for _ in range(2):
        client.get("/certified/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/certified/")
        counted.append(len(queries))
        with as_loader():
            Organization.objects.bulk_create(
                Organization(kind="school", name=f"School {n}", source="sis", source_key=f"x{n}")
                for n in range(300 if len(counted) == 1 else 0)
            )
    assert counted[0] == counted[1]
    assert "page 1 of 7" in shown(client, "/certified/")
