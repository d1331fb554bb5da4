"""A draft: what was typed and not sent comes back to who typed it, on that page, and to nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from bascule.access.acting import acting
from bascule.access.drafts import KEPT, MOST, drafts_on, forget_drafts, keep_draft
from bascule.access.models import Draft
from bascule.cases.models import CaseFile
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.refusal import Refusal
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
ActorOf = Callable[[str], Actor]
Browse = Callable[[str], Client]
TYPED = "Her aunt says"


@pytest.fixture
def address(world: World) -> str:
    with as_role("loader"):
        found = CaseFile.objects.get(workflow="reengagement", student=world.students["Adair"])
    return f"/cases/{found.uuid}/"


def typed(client: Client, address: str, text: str = TYPED, form: str = "note") -> dict[str, str]:
    answer = client.post("/drafts/", {"kept": f"{address} {form}", "text": text, "kind": "call"})
    told: dict[str, str] = answer.json()
    return told | {"status": str(answer.status_code)}


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def kept() -> list[tuple[str, str]]:
    with as_role("loader"):
        return list(Draft.objects.exclude(page="/gaps/").values_list("page", "form"))


def test_what_is_typed_comes_back_on_its_page_to_who_typed_it(address: str, browse: Browse) -> None:
    assert typed(browse("okafor"), address) == {"at": "8:00 a.m.", "status": "200"}
    assert TYPED in shown(browse("okafor"), address)
    assert TYPED not in shown(browse("okafor"), "/cases/")
    for who in ("lead", "desk", "steward"):
        assert TYPED not in shown(browse(who), address)


def test_what_is_typed_anew_takes_the_place_of_what_was(address: str, browse: Browse) -> None:
    typed(browse("okafor"), address)
    typed(browse("okafor"), address, "Her uncle says")
    assert TYPED not in shown(browse("okafor"), address)
    assert kept() == [(address, "note")]


def test_a_form_that_is_sent_has_no_draft_any_more(address: str, browse: Browse) -> None:
    typed(browse("okafor"), address)
    typed(browse("okafor"), address, form="aside")
    said = {"kind": "call", "draft": f"{address} note"}
    assert browse("okafor").post(f"{address}notes/", {**said, "text": "  "}).status_code == 409
    assert len(kept()) == 2  # what is refused is not lost
    assert browse("okafor").post(f"{address}notes/", {**said, "text": TYPED}).status_code == 302
    assert kept() == [(address, "aside")]


def test_emptied_or_discarded_it_is_gone_and_others_keep_theirs(
    address: str, browse: Browse
) -> None:
    typed(browse("okafor"), address)
    typed(browse("lead"), address)
    told = browse("okafor").post("/drafts/", {"kept": f"{address} note"}).json()
    assert told == {"at": ""}
    assert TYPED not in shown(browse("okafor"), address)
    assert TYPED in shown(browse("lead"), address)


def test_whoever_loses_sight_of_the_page_loses_the_draft_with_it(
    address: str, browse: Browse
) -> None:
    typed(browse("wren"), address)  # she may not open it; her text stands nowhere
    answer = browse("wren").get(address)
    assert answer.status_code == 404
    assert TYPED not in answer.content.decode()


def test_too_much_is_refused_in_words_and_what_was_kept_stays(address: str, browse: Browse) -> None:
    typed(browse("okafor"), address)
    told = typed(browse("okafor"), address, "a" * 20_001)
    assert told["status"] == "409"
    assert "too long" in told["problem"]
    assert TYPED in shown(browse("okafor"), address)


def test_nobody_keeps_more_than_a_hundred_and_none_for_longer_than_two_weeks(
    world: World, actor: ActorOf
) -> None:
    okafor = actor("okafor")
    with acting(okafor):
        for number in range(MOST + 2):
            keep_draft(okafor, page=f"/{number}/", form="note", fields={"text": "x"},
                       at=AT + timedelta(minutes=number + 1))  # fmt: skip
        assert Draft.objects.count() == MOST
        assert drafts_on(okafor, "/0/") == drafts_on(okafor, "/1/") == {}
        with pytest.raises(Refusal):
            keep_draft(okafor, page="/" * 201, form="note", fields={"text": "x"})
    with as_role("loader"):
        assert forget_drafts(NIGHTLY, at=AT + KEPT) == 0
        assert forget_drafts(NIGHTLY, at=AT + KEPT + timedelta(minutes=50)) == 49
