"""Somebody else types on a case: told to whoever has it open, for as long as it lasts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.models import CaseFile, Presence
from bascule.cases.presences import LASTS, be_here, others_here
from bascule.kernel.actor import Actor
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
    hidden = world.cases["Brisa"]  # restricted
    here(browse("lead"), hidden)
    answer = browse("okafor").post(f"/cases/{hidden.uuid}/here/")
    assert answer.status_code == 404
    with as_loader():
        assert Presence.objects.filter(case=hidden, at=AT).count() <= 1
        assert not Presence.objects.filter(case=hidden, name__icontains="okafor").exists()


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
