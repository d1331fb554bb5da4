"""A case's page: what was said is told in words, and what cannot be meant is refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import Opening, open_case, open_cases
from bascule.cases.models import CaseFile
from bascule.kernel.clock import holding_clock
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def draft(world: World) -> CaseFile:
    counselor = actor_of(User.objects.get(username="counselor_0"))
    with holding_clock(AT), acting(counselor):
        return open_case(
            counselor, workflow="options_transfer", student=world.students["Brisa"], reason="Asked."
        )


def send(client: Client, case: CaseFile, **said: str) -> tuple[int, str]:
    answer = client.post(f"/cases/{case.uuid}/steps/submit/", said)
    return answer.status_code, answer.content.decode()


def test_what_was_chosen_and_where_it_led_are_told_in_words(
    draft: CaseFile, browse: Browse
) -> None:
    client = browse("counselor_0")
    assert send(client, draft, ask_reason_code="credits", revision="1")[0] == 302
    page = client.get(f"/cases/{draft.uuid}/").content.decode()
    told = page.split('id="history"')[1]
    assert "<strong>Submitted</strong>" in told
    assert '<span class="soft">Reason:</span> Behind in credits' in told


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"revision": "1"}, "Still needed: Reason."),
        ({"revision": "1", "ask_reason_code": "fun"}, "Not a possible answer: Reason."),
        ({"revision": "7", "ask_reason_code": "credits"}, "Somebody moved this case"),
        ({"revision": "x", "ask_reason_code": "credits"}, "Somebody moved this case"),
        ({"ask_reason_code": "credits"}, "Somebody moved this case"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_the_case_as_it_was(
    draft: CaseFile, browse: Browse, said: dict[str, str], words: str
) -> None:
    client = browse("counselor_0")
    status, page = send(client, draft, **said)
    assert (status, words in page) == (409, True)
    assert "Draft" in client.get(f"/cases/{draft.uuid}/").content.decode().split("Next step")[0]
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == ("draft", 1)


def test_what_was_typed_is_still_there_when_a_step_is_refused(world: World, browse: Browse) -> None:
    case, client = world.cases["Adair"], browse("okafor")
    said = {"revision": "1", "ask_proof": ""}
    client.post(f"/cases/{case.uuid}/steps/take_up/", said)
    typed = {"revision": "2", "ask_attempts": "Six calls & a visit", "ask_whereabouts": ""}
    answer = client.post(f"/cases/{case.uuid}/steps/give_up/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'role="alert"' in page
    assert 'name="ask_attempts" value="Six calls &amp; a visit"' in page
    assert page.count("<details open>") == 1
    chosen = {**typed, "ask_attempts": "", "ask_whereabouts": "unknown"}
    page = client.post(f"/cases/{case.uuid}/steps/give_up/", chosen).content.decode()
    assert '<option value="unknown" selected>' in page
    assert client.post(f"/cases/{case.uuid}/steps/deny/", {"revision": "2"}).status_code == 409


def test_a_step_that_is_not_ones_own_shows_nothing_of_the_case(
    world: World, browse: Browse
) -> None:
    case = world.cases["Adair"]
    answer = browse("counselor_0").post(f"/cases/{case.uuid}/steps/take_up/", {"revision": "1"})
    assert (answer.status_code, "Contacts and notes" in answer.content.decode()) == (404, False)


def test_a_case_that_goes_on_in_an_older_one_leads_there_and_back_and_takes_no_step(
    draft: CaseFile, world: World, browse: Browse, as_loader: AsLoader
) -> None:
    older = world.cases["Brisa"]
    with as_loader():
        CaseFile.objects.filter(pk=older.pk).update(tier="student")
        CaseFile.objects.filter(pk=draft.pk).update(closed_at=AT, absorbed_by=older)
    client = browse("lead")
    page = client.get(f"/cases/{draft.uuid}/").content.decode()
    assert "this case goes on in the older one" in page
    assert f'href="/cases/{older.uuid}/"' in page
    assert f"/cases/{draft.uuid}/steps/" not in page
    back = client.get(f"/cases/{older.uuid}/").content.decode()
    assert "a later case goes on in this one" in back
    assert f'href="/cases/{draft.uuid}/"' in back
    assert send(client, draft, ask_reason_code="credits", revision="1")[0] == 409


def test_the_older_case_is_not_named_to_who_may_not_see_it(
    draft: CaseFile, world: World, browse: Browse, as_loader: AsLoader
) -> None:
    hidden = world.cases["Brisa"]
    assert hidden.tier == "restricted"
    with as_loader():
        CaseFile.objects.filter(pk=hidden.pk).update(closed_at=AT, absorbed_by=draft)
    page = browse("counselor_0").get(f"/cases/{draft.uuid}/").content.decode()
    assert "goes on in" not in page
    assert str(hidden.uuid) not in page


def test_a_missing_childs_flag_stands_on_every_case_of_the_student_and_on_no_other(
    draft: CaseFile, world: World, browse: Browse, as_loader: AsLoader
) -> None:
    with as_loader():
        openings = [Opening(world.students["Brisa"], "Came back with a flag.")]
        [flag] = open_cases(BUILDER, workflow="data_flag", openings=openings, at=AT)
    client = browse("counselor_0")
    words = "stops every forwarding"
    page = client.get(f"/cases/{draft.uuid}/").content.decode()
    assert (words in page, f'href="/cases/{flag.uuid}/"' in page) == (True, True)
    for other in (flag, world.cases["Adair"]):
        assert words not in client.get(f"/cases/{other.uuid}/").content.decode()
    with as_loader():
        CaseFile.objects.filter(pk=flag.pk).update(state="correcting")
    assert words not in client.get(f"/cases/{draft.uuid}/").content.decode()
