"""Many cases at once: for how many each verb is, what came of each, and nothing beyond."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile, Note, Transition
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
DAY = timedelta(days=1)


def case_of(world: World, name: str) -> CaseFile:
    with as_role("loader"):
        return CaseFile.objects.get(workflow="reengagement", student=world.students[name])


def chosen(*cases: CaseFile, revision: int | None = None) -> list[str]:
    return [f"{each.uuid}:{each.revision if revision is None else revision}" for each in cases]


def sent(client: Client, what: str, rows: list[str], **said: str) -> str:
    answer = client.post("/cases/together/done/", {"chosen": rows, "what": what, **said})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def asked(client: Client, rows: list[str]) -> str:
    return " ".join(client.post("/cases/together/", {"chosen": rows}).content.decode().split())


@pytest.fixture
def both(world: World) -> tuple[CaseFile, CaseFile]:
    """Two cases of Okafor's network, in the first state of their workflow."""
    return case_of(world, "Adair"), case_of(world, "Calloway")


def test_each_verb_says_for_how_many_it_is(
    both: tuple[CaseFile, CaseFile], browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=both[1].pk).update(state="reaching")
    page = asked(browse("okafor"), chosen(*both))
    assert "2 cases chosen" in page
    assert 'Take up <span class="count soft">1 of 2</span>' in page
    assert 'Set aside <span class="count soft">2 of 2</span>' in page
    with as_loader():
        CaseFile.objects.filter(pk=both[1].pk).update(due_at=AT + timedelta(hours=2))
    page = asked(browse("okafor"), chosen(*both))  # no morning is to come before its clock
    assert 'Set aside <span class="count soft">1 of 2</span>' in page


def test_the_step_is_taken_on_each_and_kept_as_if_taken_alone(
    both: tuple[CaseFile, CaseFile], browse: Browse
) -> None:
    page = sent(browse("okafor"), "step", chosen(*both), step="take_up")
    assert "2 of 2 done" in page
    with as_role("loader"):
        states = set(CaseFile.objects.filter(pk__in=[c.pk for c in both]).values_list("state"))
        taken = Transition.objects.filter(case__in=both, step="take_up", actor_name="Dana Okafor")
        assert (states, taken.count()) == ({("reaching",)}, 2)


def test_what_is_refused_for_one_takes_nothing_from_the_others(
    both: tuple[CaseFile, CaseFile], browse: Browse, as_loader: Loading
) -> None:
    rows = [*chosen(both[0]), *chosen(both[1], revision=both[1].revision + 1)]
    page = sent(browse("okafor"), "step", rows, step="take_up")
    assert "1 of 2 done" in page
    assert "Somebody moved this case while you were looking at it." in page
    with as_loader():
        assert [CaseFile.objects.get(pk=c.pk).state for c in both] == ["reaching", "found"]


def test_cases_set_aside_together_are_taken_up_again_by_one_button(
    both: tuple[CaseFile, CaseFile], browse: Browse, as_loader: Loading
) -> None:
    client, until = browse("okafor"), str((AT + DAY).date())
    with as_loader():
        CaseFile.objects.filter(pk=both[0].pk).update(due_at=AT + 9 * DAY)
        CaseFile.objects.filter(pk=both[1].pk).update(due_at=AT - DAY)
    page = sent(client, "aside", chosen(*both), until=until, because="The hearing is tomorrow")
    assert "1 of 2 done" in page
    assert "The case is late: it cannot be set aside." in page
    assert "Undo: take 1 case up again" in page
    with as_loader():
        assert [c.aside_because for c in CaseFile.objects.filter(pk=both[0].pk)] != [""]
    sent(client, "up", chosen(both[0]))
    with as_loader():
        assert CaseFile.objects.get(pk=both[0].pk).aside_until is None


def test_a_contact_is_noted_on_each(both: tuple[CaseFile, CaseFile], browse: Browse) -> None:
    page = sent(browse("okafor"), "note", chosen(*both), kind="letter", text="Letter of the week")
    assert "2 of 2 done" in page
    with as_role("loader"):
        assert Note.objects.filter(case__in=both, text="Letter of the week").count() == 2
    assert "0 of 2 done" in sent(browse("okafor"), "note", chosen(*both), kind="call", text=" ")


def test_a_case_out_of_sight_is_missing_as_one_that_does_not_exist(
    world: World, both: tuple[CaseFile, CaseFile], browse: Browse
) -> None:
    hidden, client = case_of(world, "Escobar"), browse("okafor")
    for row in (chosen(hidden)[0], f"{uuid4()}:1"):
        assert "1 of the chosen is not in your sight." in asked(client, [*chosen(both[0]), row])
        page = sent(client, "step", [*chosen(both[0], revision=99), row], step="take_up")
        assert "1 of the chosen is not in your sight." in page
        assert "Escobar" not in page
    with as_role("loader"):
        assert CaseFile.objects.get(pk=hidden.pk).revision == hidden.revision


@pytest.mark.parametrize("who", ["clerk_0", "principal_0", "chief_0", "auditor", "steward"])
def test_who_does_not_work_on_cases_has_no_boxes_and_no_page(
    both: tuple[CaseFile, CaseFile], browse: Browse, who: str
) -> None:
    client = browse(who)
    assert 'name="chosen"' not in client.get("/cases/").content.decode()
    for address in ("/cases/together/", "/cases/together/done/"):
        answer = client.post(address, {"chosen": chosen(*both), "what": "step", "step": "take_up"})
        assert answer.status_code in (403, 404)
    with as_role("loader"):
        assert {CaseFile.objects.get(pk=each.pk).state for each in both} == {"found"}


def test_without_a_choice_or_by_an_address_nothing_happens(browse: Browse) -> None:
    client = browse("okafor")
    assert "No case is chosen" in asked(client, [])
    for address in ("/cases/together/", "/cases/together/done/"):
        assert client.get(address).headers["Location"] == "/cases/"
    assert client.post("/cases/together/", {"chosen": ["no row"]}).status_code == 409
    assert client.post("/cases/together/done/", {"what": "all"}).status_code == 409


def test_what_is_asked_of_the_database_does_not_grow_with_the_rows(
    world: World, browse: Browse
) -> None:
    client, counted = browse("okafor"), []
    rows = [case_of(world, name) for name in ("Adair", "Calloway", "Deng")]
    for number in (1, 3):
        asked(client, chosen(*rows[:number]))
        with CaptureQueriesContext(connection) as queries:
            assert f"{number} case" in asked(client, chosen(*rows[:number]))
        counted.append(len(queries))
    assert counted[0] == counted[1]
