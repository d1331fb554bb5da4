"""Which addresses are links, what an answer says, and who is never asked."""

import pytest

from bascule.mobility import links


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://procedures.example/mobility", True),
        ("http://procedures.example/mobility", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("https://[::1", False),
        ("https://a b.example", False),
    ],
)
def test_a_link_is_https_with_a_host(text: str, good: bool) -> None:
    assert links.is_link(text) is good


@pytest.mark.parametrize(
    ("status", "problem"),
    [(200, ""), (301, ""), (401, ""), (405, ""), (404, "status 404"), (500, "status 500")],
)
def test_a_page_that_is_gone_is_a_problem_and_one_that_asks_for_a_sign_in_is_none(
    status: int, problem: str
) -> None:
    assert links.problem_of(status) == problem


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]"])
def test_a_host_inside_is_never_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    asked: list[str] = []
    monkeypatch.setattr(links, "_status", lambda *where: asked.append(str(where)) or 200)
    assert (links.ask(f"https://{host}/x"), asked) == (links.NOT_PUBLIC, [])


def test_a_public_host_is_asked_and_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "getaddrinfo", lambda *_: [(0, 0, 0, "", ("1.1.1.1", 443))])
    monkeypatch.setattr(links, "_status", lambda *_: 404)
    assert links.ask("https://procedures.example/old") == "status 404"

    def silent(*_: object) -> int:
        raise TimeoutError

    monkeypatch.setattr(links, "_status", silent)
    assert links.ask("https://procedures.example/old") == links.NO_ANSWER
