"""Every text that people read has its Spanish, with the same places to fill in."""

import ast
import gettext
import re

from tests.house.words import SOURCE, SPANISH, kept, messages

REFUSALS = {"Refusal", "NotPermitted", "Stale"}
PLACE = re.compile(r"%\(\w+\)[sd]|%%")


def test_every_text_has_its_spanish() -> None:
    translated = {(each.msgid, each.msgid_plural) for each in kept() if each.translated()}
    assert messages() - translated == set(), "make words, then translate"
    assert {(each.msgid, each.msgid_plural) for each in kept()} == messages()


def test_the_spanish_fills_in_the_same_values() -> None:
    for each in kept():
        said = each.msgstr_plural or {0: each.msgstr}
        for text in said.values():
            assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(each.msgid)), each.msgid


def test_what_is_served_is_what_is_written() -> None:
    with SPANISH.with_suffix(".mo").open("rb") as file:
        served = gettext.GNUTranslations(file)
    for each in kept():
        if each.msgid_plural:
            shown = {served.ngettext(each.msgid, each.msgid_plural, count) for count in (1, 2)}
            assert shown == set(each.msgstr_plural.values())
        else:
            assert served.gettext(each.msgid) == each.msgstr


def test_every_refusal_can_be_said_in_the_readers_language() -> None:
    plain = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in REFUSALS
        and any(isinstance(words, ast.Constant | ast.JoinedStr) for words in node.args[1:])
    ]
    assert plain == []
