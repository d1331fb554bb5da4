"""English or Spanish: chosen at the foot of any page, signed in or not."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from bascule.web.days import written_day
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def choose(client: Client, code: str, back: str = "/") -> str:
    answer = client.post("/language/", {"language": code}, headers={"Referer": back})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_the_language_is_kept_in_the_browser_and_leads_back_to_the_page(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    assert choose(client, "es", "http://testserver/students/?q=sam") == (
        "http://testserver/students/?q=sam"
    )
    page = client.get("/").content.decode()
    assert '<html lang="es">' in page
    assert "<h1>Hoy</h1>" in page
    choose(client, "en")
    assert "<h1>Today</h1>" in client.get("/").content.decode()


def test_who_is_not_signed_in_chooses_too_and_the_browser_is_asked_first(
    world: World, client: Client
) -> None:
    asked = client.get("/sign-in/", headers={"Accept-Language": "es-MX"}).content.decode()
    assert "<h1>Iniciar sesión</h1>" in asked
    choose(client, "en")
    chosen = client.get("/sign-in/", headers={"Accept-Language": "es-MX"}).content.decode()
    assert "<h1>Sign in</h1>" in chosen


def test_another_language_is_not_kept_and_another_site_is_not_gone_to(client: Client) -> None:
    assert choose(client, "xx", "https://elsewhere.example/") == "/"
    assert "<h1>Sign in</h1>" in client.get("/sign-in/").content.decode()
    assert client.get("/language/").status_code == 405


def test_a_case_is_read_in_spanish_down_to_its_steps(world: World, browse: Browse) -> None:
    client = browse("lead")
    choose(client, "es")
    case = next(c for c in world.cases.values() if c.workflow == "reengagement")
    text = client.get(f"/cases/{case.uuid}/").content.decode()
    assert "Recuperar a un estudiante inactivo" in text
    assert "Bring back" not in text


def test_what_is_drawn_is_drawn_in_spanish_too(world: World, browse: Browse) -> None:
    """A comma in an attribute of a drawing is no number: nothing would be seen."""
    client = browse("lead")
    choose(client, "es")
    for address in ("/trends/", f"/students/{world.students['Adair'].uuid}/"):
        drawn = re.findall(r"<(?:rect|circle|path)[^>]*>", client.get(address).content.decode())
        assert drawn
        assert [each for each in drawn if re.search(r'"\d+,\d', each)] == []
    assert "50.0" in client.get("/measures/?measure=mobility&profile=co").content.decode()


@pytest.mark.parametrize(
    ("address", "given", "words"),
    [
        ("steps/contact/", {}, "Alguien movió este caso mientras usted lo miraba."),
        ("steps/fly/", {"revision": "1"}, "no se puede dar este paso."),
        ("notes/", {"text": " "}, "Escriba qué se intentó y con qué resultado."),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(
    world: World, browse: Browse, address: str, given: dict[str, str], words: str
) -> None:
    client = browse("lead")
    choose(client, "es")
    case = next(c for c in world.cases.values() if c.workflow == "reengagement")
    answer = client.post(f"/cases/{case.uuid}/{address}", given)
    assert (answer.status_code, words in answer.content.decode()) == (409, True)


def test_who_can_help_is_named_in_the_readers_language(world: World, browse: Browse) -> None:
    client = browse("counselor_0")
    choose(client, "es")
    answer = client.get("/feeds/")
    assert answer.status_code == 404
    assert "Usted no puede ver esto." in (text := answer.content.decode())
    assert "su responsable de datos" in text


def test_a_day_is_written_in_the_order_of_its_language() -> None:
    day, written = date(2026, 8, 24), {}
    for code in ("en", "es", "en"):
        with translation.override(code):
            written[code] = written_day(day)
    assert written == {"en": "Aug 24, 2026", "es": "24 ago 2026"}
