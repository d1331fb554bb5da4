"""Somebody else types on a case: told to whoever has it open, for as long as it lasts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import latest_act, name_of
from bascule.cases.models import CaseFile, Note, Presence, Transition
from bascule.cases.presences import LASTS, be_here, others_here
from bascule.kernel.actor import Actor
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
SAID = {"ask_proof": "A letter of the school in Gary."}


@pytest.fixture
def case(world: World) -> CaseFile:
    return world.cases["Adair"]


def named(who: str) -> Actor:
    return actor_of(User.objects.get(username=who))


def shown(client: Client, case: CaseFile) -> str:
    return client.get(f"/cases/{case.uuid}/").content.decode()


def here(client: Client, case: CaseFile) -> str:
    return client.post(f"/cases/{case.uuid}/here/").content.decode()


def test_who_types_is_named_to_the_others_and_not_to_themselves(
    case: CaseFile, browse: Browse
) -> None:
    okafor, lead = browse("okafor"), browse("lead")
    assert "is writing here" not in here(okafor, case)
    assert "is writing here since 8:00 a.m." in shown(lead, case)
    assert "is writing here" not in shown(okafor, case)
    both = here(lead, case), here(okafor, case)
    assert [told.count("is writing here") for told in both] == [1, 1]
    assert both[0] != both[1]


def test_nothing_is_told_of_who_has_stopped(case: CaseFile) -> None:
    okafor, lead = named("okafor"), named("lead")
    with acting(okafor):
        be_here(okafor, case=case, at=AT)
        be_here(okafor, case=case, at=AT + timedelta(minutes=1))
    gone = AT + timedelta(minutes=1) + LASTS
    just = gone - timedelta(seconds=1)
    with acting(lead):
        assert [each.since for each in others_here(lead, case, just)] == [AT]
        assert others_here(lead, case, gone) == []


def test_who_comes_back_is_there_anew(case: CaseFile) -> None:
    okafor, later = named("okafor"), AT + timedelta(hours=1)
    with acting(okafor):
        be_here(okafor, case=case, at=AT)
        be_here(okafor, case=case, at=later)
        mine = Presence.objects.filter(case=case, user_id=okafor.user_id)
        assert list(mine.values_list("since", "at")) == [(later, later)]


def test_a_note_that_is_sent_ends_it(case: CaseFile, browse: Browse) -> None:
    okafor = browse("okafor")
    here(okafor, case)
    okafor.post(f"/cases/{case.uuid}/notes/", {"kind": "call", "text": "Nobody answers."})
    assert "is writing here" not in shown(browse("lead"), case)


def test_a_case_out_of_sight_tells_nothing_and_takes_nothing(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    hidden, okafor, liaison = world.cases["Brisa"], named("okafor"), named("liaison")
    here(browse("liaison"), hidden)  # restricted: Okafor sees the student, not the case
    assert browse("okafor").post(f"/cases/{hidden.uuid}/here/").status_code == 404
    with as_loader():
        there = Presence.objects.filter(case=hidden, at=AT).values_list("user_id", flat=True)
        assert list(there) == [liaison.user_id]
    with acting(okafor):
        assert others_here(okafor, hidden, AT) == []


def test_who_comes_too_late_reads_what_was_saved_and_what_they_typed(
    case: CaseFile, browse: Browse
) -> None:
    lead, okafor = browse("lead"), browse("okafor")
    seen = case.revision
    first = okafor.post(f"/cases/{case.uuid}/steps/take_up/", {"revision": seen})
    assert first.status_code == 302
    again = lead.post(f"/cases/{case.uuid}/steps/close_elsewhere/", {"revision": seen, **SAID})
    told = again.content.decode()
    assert again.status_code == 409
    assert "Saved meanwhile" in told
    assert SAID["ask_proof"] in told.partition("What you typed was not saved")[2][:400]


def test_who_comes_after_an_undo_reads_that_it_was_undone(case: CaseFile, browse: Browse) -> None:
    lead, okafor, address = browse("lead"), browse("okafor"), f"/cases/{case.uuid}/"
    with as_role("loader"):
        Note.objects.filter(case=case).delete()  # of the same instant as the step
    okafor.post(f"{address}steps/take_up/", {"revision": case.revision})
    assert okafor.post(f"{address}undo/", {"act": latest(case)}).status_code == 302
    again = lead.post(f"{address}steps/close_elsewhere/", {"revision": case.revision + 1, **SAID})
    told = again.content.decode().partition("Saved meanwhile")[2].partition("What you typed")[0]
    assert again.status_code == 409
    assert "Undone by" in told


def latest(case: CaseFile) -> str:
    with as_role("loader"):
        found = latest_act(Transition.every.filter(case=case), Note.every.filter(case=case))
    assert found is not None
    return name_of(found)
