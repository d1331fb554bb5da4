"""Signing in with the district's identity provider: a real exchange with one that we play."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from bascule.access.models import Session, User
from bascule.access.tasks import end_sessions
from bascule.directory.models import Assignment
from bascule.kernel.actor import HOUSEKEEPING
from bascule.kernel.clock import today

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
WITH = "/sign-in/with/district/"
KEY = "a key of the provider that nobody checks, since TLS brought the token"


@dataclass
class Provider:
    """An identity provider on a port of this machine; it knows the people by subject and name."""

    address: str
    told: dict[str, Any] = field(default_factory=dict)
    challenge: str = ""
    asked_for_tokens: int = 0

    def answer(self, path: str, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
                "userinfo_endpoint": f"{self.address}/me",
            }  # fmt: skip
        if path == "/token":
            self.asked_for_tokens += 1
            proof = sha256(form["code_verifier"][0].encode()).digest()
            if urlsafe_b64encode(proof).rstrip(b"=").decode() != self.challenge:
                return 400, {"error": "invalid_grant"}
            told = {"iss": self.address, "aud": "bascule", "exp": time.time() + 60, **self.told}
            token = jwt.encode(told, KEY, algorithm="HS256")
            return 200, {"access_token": "t", "token_type": "Bearer", "id_token": token}
        return 200, self.told


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(size).decode())
            status, told = played.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    app = {
        "provider_id": "district", "name": "Lakeshore sign-in", "client_id": "bascule",
        "secret": "s", "settings": {"server_url": played.address, "claim": "preferred_username"},
    }  # fmt: skip
    settings.DEMO_SIGN_IN = False
    settings.OIDC = app
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield played
    server.shutdown()
    thread.join()
    server.server_close()


def go(client: Client, provider: Provider) -> str:
    """Leave for the provider; return the state that comes back with the person."""
    left = client.post(WITH, {"next": "/students/"})
    assert left.headers["Location"].startswith(f"{provider.address}/authorize?")
    asked = parse_qs(urlsplit(left.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"http://testserver{WITH}return/"]
    provider.challenge = asked["code_challenge"][0]
    return asked["state"][0]


def come_back(client: Client, state: str, **told: str) -> Any:
    brought = {"code": "c", "state": state, **told}
    page = client.get(f"{WITH}return/", brought)
    assert (page.status_code, "data-at-once" in page.content.decode()) == (200, True)
    return client.post(f"{WITH}return/", brought)


def is_in(client: Client) -> bool:
    return client.get("/factors/").status_code == 200


def test_the_district_says_who_it_is_and_the_account_is_found_by_name_once(
    provider: Provider,
) -> None:
    client = Client()
    assert "Lakeshore sign-in" in client.get("/sign-in/").content.decode()
    provider.told = {"sub": "77", "preferred_username": "okafor"}
    answer = come_back(client, go(client, provider))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/students/")
    assert is_in(client)
    later = Client()
    provider.told = {"sub": "77", "preferred_username": "a-new-name"}
    come_back(later, go(later, provider))
    assert is_in(later)
    [link] = SocialAccount.objects.all()
    assert (link.uid, link.user) == ("77", User.objects.get(username="okafor"))


@pytest.mark.parametrize("name", ["nobody-here", "", None])
def test_who_has_no_account_gets_none(provider: Provider, name: str | None) -> None:
    client, before = Client(), User.objects.count()
    provider.told = {"sub": "78", "preferred_username": name}
    answer = come_back(client, go(client, provider))
    assert answer.headers["Location"] == "/sign-in/"
    assert "have no account here" in client.get("/sign-in/").content.decode()
    assert (is_in(client), User.objects.count(), SocialAccount.objects.count()) == (
        False, before, 0,
    )  # fmt: skip


def test_a_state_of_another_browser_signs_nobody_in(provider: Provider) -> None:
    provider.told = {"sub": "77", "preferred_username": "okafor"}
    stranger, victim = Client(), Client()
    state = go(stranger, provider)
    come_back(victim, state)
    assert (is_in(victim), provider.asked_for_tokens) == (False, 0)


def test_a_code_that_the_provider_refuses_signs_nobody_in(provider: Provider) -> None:
    client = Client()
    provider.told = {"sub": "77", "preferred_username": "okafor"}
    state = go(client, provider)
    provider.challenge = "another"
    come_back(client, state)
    assert not is_in(client)
    assert "did not succeed" in client.get("/sign-in/").content.decode()


def test_leaving_for_the_provider_takes_a_post_and_no_other_provider_exists(
    provider: Provider,
) -> None:
    client = Client()
    assert client.get(WITH).status_code == 405
    assert client.post("/sign-in/with/elsewhere/").status_code == 404
    assert client.get("/sign-in/with/elsewhere/return/").status_code == 404


def test_without_settings_the_district_is_neither_offered_nor_there(settings: Any) -> None:
    client = Client()
    assert "/sign-in/with/" not in client.get("/sign-in/").content.decode()
    assert client.post(WITH).status_code == 404


def test_a_session_begun_at_the_district_ends_with_the_assignment_like_any_other(
    provider: Provider, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    clients = {name: Client() for name in ("okafor", "wren")}
    for number, (name, client) in enumerate(clients.items()):
        provider.told = {"sub": str(number), "preferred_username": name}
        come_back(client, go(client, provider))
        assert is_in(client)
    with as_loader():
        held = Assignment.objects.filter(person__account__username="okafor")
        held.update(ends_on=today() - timedelta(days=1))
    assert [is_in(client) for client in clients.values()] == [False, True]
    end_sessions(HOUSEKEEPING)
    kept = Session.objects.filter(user_id__isnull=False).values_list("user_id", flat=True)
    assert list(kept) == [User.objects.get(username="wren").pk]
