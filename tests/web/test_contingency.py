"""Contingency plans: written by the office, agreed by the chief, tried without moving a case."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile
from bascule.directory.models import Absence, Organization, Person
from bascule.directory.on_duty import duty_roster
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.contingency import agree_plan, rehearse_plan, write_plan
from bascule.mobility.models import ContingencyPlan, Rehearsal
from bascule.mobility.queries import planned_networks
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
As = Callable[[str], AbstractContextManager[None]]
WORDS = "Wren takes the transfers; schools call the desk; families get the letter of the office."
MONDAY = AT.date() + timedelta(days=3)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def network(world: World) -> Organization:
    """The network of chief_0, whose desk is Okafor's."""
    return Organization.objects.get(source_key="N1")


@pytest.fixture
def plan(network: Organization, actor: Find, as_person: As) -> ContingencyPlan:
    """A plan that the Lead wrote and nobody has agreed to."""
    with as_person("lead"):
        return write_plan(actor("lead"), network=network, words=WORDS)


def address(network: Organization) -> str:
    return f"/plans/{network.uuid}/"


def test_it_holds_once_the_chief_of_the_network_has_agreed(
    network: Organization, browse: Browse
) -> None:
    lead, chief = browse("lead"), browse("chief_0")
    assert lead.post(address(network), {"verb": "write", "words": WORDS}).status_code == 302
    assert "no plan holds" in lead.get("/plans/").content.decode()
    page = chief.get(address(network)).content.decode()
    assert ("Agree" in page, "Waits for the chief" in page) == (True, True)
    plan = ContingencyPlan.objects.get()
    assert chief.post(address(network), {"verb": "agree", "plan": plan.uuid}).status_code == 302
    assert "Agreed by Carol Imani" in lead.get(address(network)).content.decode()


def test_another_chief_neither_reads_nor_agrees_and_a_school_sees_nothing(
    plan: ContingencyPlan, network: Organization, browse: Browse, actor: Find, as_person: As
) -> None:
    readers = ("lead", "okafor", "chief_0", "chief_1", "principal_0", "auditor")
    statuses = [browse(who).get(address(network)).status_code for who in readers]
    assert statuses == [200, 200, 200, 404, 404, 404]
    said = {"verb": "agree", "plan": plan.uuid}
    assert browse("chief_1").post(address(network), said).status_code == 404
    assert browse("lead").post(address(network), said).status_code == 404  # only the chief
    with as_person("chief_1"), pytest.raises(NotPermitted):
        agree_plan(actor("chief_1"), plan=plan)
    plan.refresh_from_db()
    assert plan.agreed_at is None


def test_a_newer_writing_leaves_the_agreed_one_standing_until_it_is_agreed(
    plan: ContingencyPlan, network: Organization, actor: Find, as_person: As
) -> None:
    with as_person("chief_0"):
        agree_plan(actor("chief_0"), plan=plan)
    with as_person("lead"):
        newer = write_plan(actor("lead"), network=network, words="Brooks takes all of it.")
        [found] = [p for p in planned_networks(actor("lead")) if p.network == network]
    assert (found.holds, found.waits) == (plan, newer)


def test_an_old_writing_is_not_agreed_to_after_a_newer_one(
    plan: ContingencyPlan, network: Organization, actor: Find, as_person: As
) -> None:
    with as_person("lead"):
        write_plan(actor("lead"), network=network, words="Brooks takes all of it.")
    with as_person("chief_0"), pytest.raises(Refusal) as refused:
        agree_plan(actor("chief_0"), plan=plan)
    assert refused.value.code == "changed"


def test_a_try_says_who_would_have_the_cases_and_nothing_is_recorded_as_away(
    world: World, plan: ContingencyPlan, actor: Find, as_person: As
) -> None:
    before = (list(Absence.objects.values()), duty_roster(MONDAY))
    with as_person("lead"):
        tried = rehearse_plan(actor("lead"), plan=plan, day=MONDAY)
    assert tried.away == ["Dana Okafor"]
    [line] = tried.lines
    desk = world.cases["Adair"].owner
    with as_role("loader"):
        absence = Absence.objects.create(
            person=Person.objects.get(source_key="okafor"), starts_on=MONDAY, ends_on=MONDAY
        )
        duty = duty_roster(MONDAY)[desk.pk]
        named = str(Person.objects.get(pk=duty.person_id))
        absence.delete()
        open_ones = CaseFile.objects.filter(
            owner=desk, closed_at=None, tier="student", student__school__source_key__startswith="S1"
        ).count()
    assert line == {
        "desk": desk.title, "cases": open_ones, "who": named, "because": duty.because,
    }  # fmt: skip
    assert open_ones > 0
    assert (list(Absence.objects.values()), duty_roster(MONDAY)) == before


def test_with_the_stand_in_away_too_the_next_one_answers(
    plan: ContingencyPlan, actor: Find, as_person: As
) -> None:
    with as_person("lead"):
        lead = actor("lead")
        one = rehearse_plan(lead, plan=plan, day=MONDAY)
        both = rehearse_plan(lead, plan=plan, day=MONDAY, with_backup=True)
    first, then = one.lines[0]["who"], both.lines[0]["who"]
    assert both.away == ["Dana Okafor", first]
    assert then not in both.away


@pytest.mark.parametrize("who", ["okafor", "chief_0", "wren"])
def test_who_does_not_plan_cover_neither_writes_nor_tries(
    plan: ContingencyPlan, network: Organization, actor: Find, as_person: As, who: str
) -> None:
    with as_person(who), pytest.raises(NotPermitted):
        write_plan(actor(who), network=network, words="x")
    with as_person(who), pytest.raises(NotPermitted):
        rehearse_plan(actor(who), plan=plan, day=MONDAY)
    assert Rehearsal.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"verb": "write", "words": " "}, "at most"),
        ({"verb": "write", "words": "x" * 2001}, "at most"),
        ({"verb": "rehearse", "day": "2026-11-01"}, "to come"),
        ({"verb": "rehearse", "day": "Monday"}, "cannot be read"),
        ({"verb": "burn"}, "written, agreed to or tried"),
        ({"verb": "agree", "plan": "no id"}, "no such plan"),
    ],
)
def test_what_cannot_be_is_said_on_the_page(
    plan: ContingencyPlan, network: Organization, browse: Browse, said: dict[str, str], code: str
) -> None:
    answer = browse("lead").post(address(network), {"plan": plan.uuid, **said})
    assert (answer.status_code, code in answer.content.decode()) == (409, True)
    assert (ContingencyPlan.objects.count(), Rehearsal.objects.count()) == (1, 0)


def test_the_list_asks_as_much_for_many_writings_as_for_one(
    network: Organization, browse: Browse, actor: Find, as_person: As
) -> None:
    client, counts = browse("lead"), []
    for number in (1, 9):
        with as_person("lead"):
            for place in range(number):
                write_plan(actor("lead"), network=network, words=f"Plan {number} {place}")
        with CaptureQueriesContext(connection) as asked:
            client.get("/plans/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
