"""Every page declares who may open it, every template is used, nothing streams."""

import re
from pathlib import Path

from django.urls import get_resolver

from bascule.web.pages import DECLARED

WEB = Path(__file__).resolve().parents[2] / "src" / "bascule" / "web"


def test_every_address_leads_to_a_declared_view() -> None:
    views = [pattern.callback for pattern in get_resolver().url_patterns]
    undeclared = {f"{view.__module__}.{view.__name__}" for view in views} - set(DECLARED)
    assert undeclared == set()


def test_only_these_pages_are_public() -> None:
    assert get_resolver().url_patterns  # the views declare themselves when they are imported
    public = {name.rsplit(".", 1)[1] for name, need in DECLARED.items() if need == "public"}
    assert public == {
        "sign_in", "sign_in_as", "sign_out", "health", "second_factor", "passkey_challenge",
        "sign_in_by_passkey", "district_sign_in", "district_return", "language",
        "family_door", "family", "family_answer", "family_language", "family_close",
        "family_demo", "calendar_feed",
    }  # fmt: skip


def test_every_template_is_used() -> None:
    templates = {path.name for path in (WEB / "templates").glob("*.html")}
    texts = [
        path.read_text(encoding="utf-8")
        for path in WEB.rglob("*")
        if path.suffix in {".py", ".html"}
    ]
    used = {name for text in texts for name in re.findall(r"[\"']([\w/]+\.html)[\"']", text)}
    assert templates - used - {"404.html", "429.html"} == set()


def test_no_response_streams() -> None:
    streaming = [
        path.name for path in WEB.rglob("*.py") if "StreamingHttp" in path.read_text("utf-8")
    ]
    assert streaming == []


def test_no_template_carries_script_or_style_inline() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", re.IGNORECASE)
    found = [
        path.name
        for path in (WEB / "templates").rglob("*.html")
        if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
