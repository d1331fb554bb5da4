"""The table of a measure comes in pages, and each page keeps what was asked for."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from bascule.web.views import measures
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
ASKED = "?measure=mobility&profile=co&unit=school&year=2027"


def shown(browse: Browse, query: str) -> tuple[list[str], dict[str, str]]:
    """Return the figures that a page links to, and where its pager leads."""
    page = browse("lead").get("/measures/" + query).content.decode()
    links = re.findall(r'<a class="button" rel="(prev|next)" href="([^"]+)"', page)
    figures = re.findall(r'href="(/measures/mobility/co/2027/[^"]+)"', page)
    return figures, {rel: unescape(address) for rel, address in links}


def test_the_pages_hold_each_school_once_and_keep_what_was_asked_for(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    every, links = shown(browse, ASKED)
    assert (len(every) > 2, links) == (True, {})
    monkeypatch.setattr(measures, "A_PAGE", 2)
    found, query = [], ASKED
    while query:
        figures, links = shown(browse, query)
        found += figures
        query = links.get("next", "")
        assert query in ("", f"{ASKED}&page={len(found) // 2 + 1}")
    assert found == every
    assert links == {"prev": f"{ASKED}&page={(len(every) - 1) // 2}"}
