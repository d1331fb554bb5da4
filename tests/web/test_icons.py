"""Icons stand beside a word, are not read aloud, and carry no style of their own."""

import re

import pytest

from bascule.web.icons import SHAPES, drawn
from bascule.web.workspaces import MENU
from tests.house.words import SOURCE

USED = re.compile(r'\{% icon "?([\w.-]+)"? %\}')
TEXT = r"(<span>|<strong>)?(\{% (?:block)?translate |\{\{ )"
BESIDE = re.compile(rf'\{{% icon [^%]+%\}} ?{TEXT}|\{{% translate "[^"]+" %\}}\{{% icon [^%]+%\}}')
TEMPLATES = sorted((SOURCE / "web" / "templates").glob("*.html"))


@pytest.mark.parametrize("meaning", sorted(SHAPES))
def test_a_drawing_is_of_16_pixels_hidden_from_readers_and_without_style(meaning: str) -> None:
    svg = drawn(meaning)
    assert svg.startswith("<svg")
    assert 'width="16" height="16"' in svg
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg


def test_no_two_meanings_look_the_same() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_every_meaning_is_used_and_every_line_of_the_menu_has_one() -> None:
    used = {found for path in TEMPLATES for found in USED.findall(path.read_text("utf-8"))}
    assert (used - {"entry.view"}) | {entry.view for entry in MENU} == set(SHAPES)


def test_a_word_stands_beside_every_icon() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert len(USED.findall(text)) == len(BESIDE.findall(text)), path.name
