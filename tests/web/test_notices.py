"""Notices on Today: shown to who is on duty, marked seen by a POST and by nothing else."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from bascule.cases.models import Notice
from bascule.web.views import today
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def shown(client: Client) -> set[str]:
    return set(re.findall(r'name="notice" value="([^"]+)"', client.get("/").content.decode()))


def unseen() -> set[str]:
    with as_role("loader"):
        rows = Notice.objects.filter(seen_at__isnull=True).values_list("pk", flat=True)
        return {str(each) for each in rows}


def test_today_shows_notices_and_looking_does_not_mark_them(world: World, browse: Browse) -> None:
    client, before = browse("okafor"), unseen()
    assert len(shown(client)) == 3
    assert shown(client) == shown(client)
    assert unseen() == before


def test_a_post_marks_what_was_shown(world: World, browse: Browse) -> None:
    client, before = browse("okafor"), unseen()
    mine = shown(client)
    assert client.post("/notices/seen/", {"notice": sorted(mine)}).status_code == 302
    assert (shown(client), unseen()) == (set(), before - mine)
    assert client.get("/notices/seen/").status_code == 405


def test_a_notice_of_somebody_else_cannot_be_marked_and_does_not_show_that_it_exists(
    world: World, browse: Browse
) -> None:
    client, before = browse("clerk_0"), unseen()
    hidden = client.post("/notices/seen/", {"notice": sorted(before)})
    missing = client.post("/notices/seen/", {"notice": [str(uuid4())]})
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert unseen() == before


def test_what_is_no_notice_at_all_is_refused(world: World, browse: Browse) -> None:
    assert browse("okafor").post("/notices/seen/", {"notice": ["x"]}).status_code == 409


def test_today_says_how_much_it_leaves_out(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse("okafor")
    whole = client.get("/").content.decode()
    assert "most urgent of" not in whole
    assert "the newest of more" not in whole
    monkeypatch.setattr(today, "SHOWN", 1)
    monkeypatch.setattr(today, "TOLD", 2)
    page = client.get("/").content.decode()
    count = whole.count("data-row")
    assert count > 1
    assert f"Here are the 1 most urgent of {count}." in page
    assert (page.count("data-row"), page.count('name="notice"')) == (1, 2)
    assert "2 notices, the newest of more" in page
