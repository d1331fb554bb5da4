"""The thread: an overlap in ten rows is a row on Today, seen by one and refused to another."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.ops.nightly import run_night
from bascule.roster.models import Student
from tests.databases import built_once
from tests.feeds.test_loading_claims import AT, TEN_ROWS
from tests.web.comparing import normalized

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

MORNING = datetime(2026, 11, 20, 14, tzinfo=UTC)
Loader = Callable[[], AbstractContextManager[None]]
Browse = Callable[[str], Client]


@pytest.fixture(scope="module")
def found(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CaseFile]:
    """The case that a night found in ten rows; each test rolls back to it."""
    folder = tmp_path_factory.mktemp("night")
    path = folder / "enrollment_events.csv"
    path.write_text(TEN_ROWS, encoding="utf-8")

    def night() -> CaseFile:
        run_night(files=[path], home=folder / "snapshots", at=AT, is_measured=False)
        return CaseFile.objects.get(workflow="claims_overlap")

    with built_once(django_db_blocker.unblock, night) as case:
        yield case


@pytest.fixture
def overlap(found: CaseFile, db: None) -> CaseFile:
    """The case as it is at the start of one test."""
    return deepcopy(found)


@pytest.fixture(autouse=True)
def a_morning():  # type: ignore[no-untyped-def]
    with holding_clock(MORNING):
        yield


def test_the_case_names_both_schools_and_has_an_owner_and_a_clock(
    overlap: CaseFile, as_person: Callable[[str], AbstractContextManager[None]]
) -> None:
    with as_person("okafor"):
        case = CaseFile.objects.get(pk=overlap.pk)
        assert case.reason == (
            "Lantern Hill High School and Harbor Point High School both claim this student"
            " since Oct 5, 2026."
        )
        assert case.owner.title == "High School Transition Specialist A"
        assert case.due_at == datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_the_owner_sees_the_row_on_today(overlap: CaseFile, browse: Browse) -> None:
    page = browse("okafor").get("/")
    assert page.status_code == 200
    assert overlap.reason in page.content.decode()


def test_another_specialist_sees_neither_the_row_nor_the_case(
    overlap: CaseFile, browse: Browse
) -> None:
    client = browse("brooks")
    assert overlap.reason not in client.get("/").content.decode()
    refused = client.get(f"/cases/{overlap.uuid}/")
    missing = client.get("/cases/00000000-0000-4000-8000-000000000000/")
    assert refused.status_code == missing.status_code == 404
    assert normalized(refused) == normalized(missing)


def test_row_level_security_alone_hides_it_too(
    overlap: CaseFile, as_person: Callable[[str], AbstractContextManager[None]]
) -> None:
    with as_person("brooks"):
        assert not CaseFile.objects.exists()
        assert not Student.objects.filter(source_key="70000003").exists()


def test_the_policy_alone_hides_it_too(
    overlap: CaseFile, as_loader: Loader, actor: Callable[[str], Actor]
) -> None:
    from bascule.cases.policies import SEE

    with as_loader():
        overlaps = CaseFile.objects.filter(workflow="claims_overlap")
        assert list(SEE.filter(overlaps, actor("okafor"))) == [overlap]
        assert list(SEE.filter(CaseFile.objects.all(), actor("brooks"))) == []


def test_taking_the_step_moves_the_case_and_keeps_who_did_it(
    overlap: CaseFile, browse: Browse, as_person: Callable[[str], AbstractContextManager[None]]
) -> None:
    client = browse("okafor")
    page = client.post(f"/cases/{overlap.uuid}/steps/take_up/", {"revision": 1}, follow=True)
    assert page.status_code == 200
    with as_person("okafor"):
        case = CaseFile.objects.get(pk=overlap.pk)
        assert (case.state, case.revision) == ("checking", 2)
        assert list(case.transitions.values_list("step", "actor_name")) == [
            ("open", "the nightly job"),
            ("take_up", "Dana Okafor"),
        ]


def test_a_step_on_an_older_revision_is_refused(overlap: CaseFile, browse: Browse) -> None:
    client = browse("okafor")
    client.post(f"/cases/{overlap.uuid}/steps/take_up/", {"revision": 1})
    page = client.post(f"/cases/{overlap.uuid}/steps/settle/", {"revision": 1})
    assert page.status_code == 409
    assert "Somebody moved this case" in page.content.decode()
