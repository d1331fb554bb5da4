"""Procedures: versions that stay, who signs them, who still owes, and links that fail."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting
from bascule.access.models import Decision
from bascule.directory.models import Person
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.procedure_links import check_links, chosen_fetch
from bascule.mobility.actions.procedures import sign_procedure
from bascule.mobility.models import LinkCheck, Procedure, ProcedureSignature, ProcedureVersion
from bascule.mobility.queries import debtors, in_force
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
As = Callable[[str], AbstractContextManager[None]]
Find = Callable[[str], Actor]
Loading = Callable[[], AbstractContextManager[None]]
TODAY, DAY = AT.date(), timedelta(days=1)
SAID = {
    "title": "Release of a student", "office": "Options Network", "words": "Answer within a day.",
    "link": "https://procedures.example/release", "starts_on": str(TODAY - 30 * DAY),
    "signers": ["transition_specialist"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def morning(world: World) -> Iterator[None]:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def version(browse: Browse) -> ProcedureVersion:
    """Published by the Lead, to be signed by the specialists."""
    assert browse("lead").post("/procedures/", SAID).status_code == 302
    return ProcedureVersion.objects.get()


def address(version: ProcedureVersion) -> str:
    return f"/procedures/{version.procedure.uuid}/"


def shown(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def test_a_specialist_owes_a_signature_signs_and_owes_nothing(
    version: ProcedureVersion, browse: Browse
) -> None:
    okafor, lead = browse("okafor"), browse("lead")
    assert "1 procedure to sign" in shown(okafor, "/")
    assert "1 procedure to sign" not in shown(lead, "/")
    owing = shown(lead, address(version)).split("Still to sign")[1]
    assert "Dana Okafor" in owing
    for _ in range(2):
        assert okafor.post(address(version), {"number": "1"}).status_code == 302
    assert ProcedureSignature.objects.count() == 1
    assert "to sign" not in shown(okafor, "/")
    assert "Dana Okafor" not in shown(lead, address(version)).split("Still to sign")[1]
    with as_role("loader"):
        verbs = Decision.objects.filter(verb__endswith="_procedure").values_list("verb", flat=True)
        assert sorted(verbs) == ["publish_procedure", "sign_procedure"]


def test_a_signature_is_owed_again_in_the_next_school_year(
    version: ProcedureVersion, actor: Find, as_person: As
) -> None:
    with as_person("okafor"):
        sign_procedure(actor("okafor"), version=version)
    okafor = Person.objects.get(source_key="okafor")
    assert okafor not in debtors(version, TODAY)
    assert okafor in debtors(version, TODAY.replace(year=TODAY.year + 1))


def test_the_next_version_stands_beside_the_earlier_one_from_its_day(
    version: ProcedureVersion, browse: Browse
) -> None:
    begins = TODAY + 10 * DAY
    later = {**SAID, "words": "Answer within four hours.", "starts_on": str(begins)}
    assert browse("lead").post("/procedures/", later).status_code == 302
    first, second = ProcedureVersion.objects.order_by("number")
    both = [second, first]
    assert (in_force(both, begins - DAY), in_force(both, begins)) == (first, second)
    page = shown(browse("okafor"), address(version))
    assert ("Answer within a day." in page, "Answer within four hours." in page) == (True, True)
    assert browse("okafor").post(address(version), {"number": "2"}).status_code == 409


def test_what_has_ended_holds_no_more_and_is_owed_by_nobody(browse: Browse) -> None:
    over = {**SAID, "ends_on": str(TODAY - DAY)}
    assert browse("lead").post("/procedures/", over).status_code == 302
    assert "no version holds today" in shown(browse("okafor"), "/procedures/")
    assert "to sign" not in shown(browse("okafor"), "/")
    last_day = Procedure.objects.get().versions.get()
    assert in_force([last_day], TODAY - DAY) == last_day


@pytest.mark.parametrize("who", ["lead", "desk", "liaison"])
def test_who_is_not_asked_to_sign_cannot(
    version: ProcedureVersion, actor: Find, as_person: As, who: str
) -> None:
    with as_person(who), pytest.raises(NotPermitted):
        sign_procedure(actor(who), version=version)
    assert not ProcedureSignature.objects.exists()


@pytest.mark.parametrize("who", ["okafor", "desk", "liaison"])
def test_only_the_lead_publishes_and_sees_who_owes(
    version: ProcedureVersion, browse: Browse, who: str
) -> None:
    newer = {**SAID, "starts_on": str(TODAY)}
    assert browse(who).post("/procedures/", newer).status_code in (403, 404)
    assert ProcedureVersion.objects.count() == 1
    assert "Still to sign" not in shown(browse(who), address(version))
    assert "Publish a version" not in shown(browse(who), "/procedures/")


@pytest.mark.parametrize("who", ["clerk_0", "chief_0", "principal_0", "auditor", "steward"])
def test_who_does_not_work_on_cases_reads_no_procedure(
    version: ProcedureVersion, browse: Browse, who: str
) -> None:
    for where in ("/procedures/", address(version)):
        answer = browse(who).get(where)
        assert answer.status_code in (403, 404)
        assert "Release of a student" not in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"office": ""},
        {"words": " ", "link": ""},
        {"words": "x" * 8001},
        {"link": "http://procedures.example"},
        {"link": "javascript:alert(1)"},
        {"signers": ["principal"]},
        {"starts_on": "Monday"},
        {"ends_on": "2020-01-01"},
        {"starts_on": str(TODAY - 30 * DAY)},
    ],
)
def test_what_cannot_be_published_is_said_and_nothing_is_kept(
    version: ProcedureVersion, browse: Browse, wrong: dict[str, object]
) -> None:
    said = {**SAID, "starts_on": str(TODAY), **wrong}
    assert browse("lead").post("/procedures/", said).status_code == 409
    assert (Procedure.objects.count(), ProcedureVersion.objects.count()) == (1, 1)


def test_an_unknown_version_and_an_unknown_procedure_are_refused(
    version: ProcedureVersion, browse: Browse
) -> None:
    assert browse("okafor").post(address(version), {"number": "7"}).status_code == 409
    assert browse("okafor").get(f"/procedures/{uuid4()}/").status_code == 404


def checked(problem: str, days: int = 0) -> int:
    """Ask the links as the job does, with the rights of the sweep; every one has this problem."""
    with acting(SWEEP):
        return check_links(SWEEP, fetch=lambda _: problem, at=AT + days * DAY)


def test_a_broken_link_is_told_on_the_page_and_to_the_lead_until_it_answers(
    version: ProcedureVersion, browse: Browse
) -> None:
    lead, okafor = browse("lead"), browse("okafor")
    assert "the link was not checked yet" in shown(lead, address(version))
    assert checked("status 404") == 1
    assert "status 404" in shown(okafor, address(version))
    assert shown(lead, "/").count("1 broken link") == 1
    assert "broken link" not in shown(okafor, "/")
    assert checked("", 1) == 1
    assert "the link answers" in shown(okafor, address(version))
    assert "broken link" not in shown(lead, "/")


def test_without_the_setting_no_link_is_asked_and_none_counts_as_good(
    version: ProcedureVersion,
) -> None:
    assert chosen_fetch() is None
    assert check_links(SWEEP, fetch=chosen_fetch()) == 0
    assert not LinkCheck.objects.exists()


def test_the_list_asks_as_often_for_thirty_procedures_as_for_one(
    version: ProcedureVersion, browse: Browse, as_loader: Loading
) -> None:
    client, counted = browse("lead"), []
    for _ in range(2):
        client.get("/procedures/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/procedures/")
        counted.append(len(queries))
        with as_loader():
            for n in range(30):
                ProcedureVersion.objects.create(
                    procedure=Procedure.objects.create(title=f"{n} {len(counted)}", office="A"),
                    number=1, words="x", starts_on=TODAY, signers=[], published_by=0,
                    published_name="the builder", published_at=AT,
                )  # fmt: skip
    assert counted[0] == counted[1]


def test_signing_a_version_that_is_over_is_refused(
    version: ProcedureVersion, actor: Find, as_person: As
) -> None:
    with as_person("okafor"), pytest.raises(Refusal) as refused:
        sign_procedure(actor("okafor"), version=version, at=AT - 60 * DAY)
    assert refused.value.code == "not-in-force"
