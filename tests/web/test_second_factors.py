"""Authenticator app and passkey: set up, asked for, refused, removed; and no GET that writes."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from bascule.access.actions import give_account
from bascule.access.models import User
from bascule.kernel.actor import HOUSEKEEPING
from bascule.kernel.refusal import Refusal
from tests.web.soft_key import SoftKey

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
PASSWORD = "a long enough password"
RIGHT = {"login": "okafor", "password": PASSWORD}


@pytest.fixture(autouse=True)
def local_accounts(
    settings: Any, as_loader: Callable[[], AbstractContextManager[None]]
) -> Iterator[None]:
    settings.DEMO_SIGN_IN = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
    cache.clear()
    with as_loader():
        for name in ("okafor", "wren"):
            user = User.objects.get(username=name)
            user.set_password(PASSWORD)
            user.save()
    return


def signed_in() -> Client:
    client = Client()
    assert client.post("/sign-in/", RIGHT).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/factors/").status_code == 200


def code_of(secret: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of the moment, with the clock of codes held, so that no test meets its turn."""
    from allauth.mfa.totp.internal import auth

    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([57_000_000]))
    return str(format_hotp_value(hotp_value(secret, 57_000_000)))


def with_app(client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    page = client.post("/factors/app/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]  # type: ignore[index]
    done = client.post("/factors/app/", {"code": code_of(secret, monkeypatch)})
    assert (done.status_code, done.headers["Location"]) == (302, "/factors/")
    cache.clear()  # the same code counts once; here the clock stands still
    return secret


def with_passkey(client: Client) -> SoftKey:
    key = SoftKey()
    answer = key.create(client.post("/factors/passkeys/begin/").json())
    kept = client.post("/factors/passkeys/", {"credential": answer, "name": "Desk key",
                                              "passwordless": "on"})  # fmt: skip
    assert (kept.status_code, kept.headers["Location"]) == (302, "/factors/")
    return key


def test_with_an_app_the_password_alone_does_not_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = with_app(signed_in(), monkeypatch)
    client = Client()
    asked = client.post("/sign-in/", RIGHT)
    assert (asked.status_code, asked.headers["Location"]) == (302, "/sign-in/second/")
    assert not is_in(client)
    assert client.get("/sign-in/second/").status_code == 200
    assert client.post("/sign-in/second/", {"code": "000000"}).status_code == 401
    assert not is_in(client)
    right = client.post("/sign-in/second/", {"code": code_of(secret, monkeypatch)})
    assert (right.status_code, is_in(client)) == (302, True)


def test_a_code_signs_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = with_app(signed_in(), monkeypatch)
    first, second = Client(), Client()
    for client in (first, second):
        client.post("/sign-in/", RIGHT)
        client.post("/sign-in/second/", {"code": code_of(secret, monkeypatch)})
    assert (is_in(first), is_in(second)) == (True, False)


def test_the_secret_of_the_app_is_not_in_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = with_app(signed_in(), monkeypatch)
    assert secret not in str(Authenticator.objects.get().data)


def test_a_passkey_signs_in_without_a_password() -> None:
    key = with_passkey(signed_in())
    client = Client()
    answer = key.get(client.post("/sign-in/passkey/begin/").json())
    assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 302
    assert is_in(client)


def test_a_passkey_is_a_second_step_after_the_password() -> None:
    key = with_passkey(signed_in())
    client = Client()
    client.post("/sign-in/", RIGHT)
    assert not is_in(client)
    answer = key.get(client.post("/sign-in/passkey/begin/").json())
    assert client.post("/sign-in/second/", {"credential": answer}).status_code == 302
    assert is_in(client)


def test_an_answer_to_another_challenge_or_of_another_key_does_not_sign_in() -> None:
    key = with_passkey(signed_in())
    client, stranger = Client(), SoftKey(id=key.id, user_handle=key.user_handle)
    old = key.get(client.post("/sign-in/passkey/begin/").json())
    challenge = client.post("/sign-in/passkey/begin/").json()
    for answer in (old, stranger.get(challenge)):
        client.post("/sign-in/passkey/", {"credential": answer})
        assert not is_in(client)


def test_nobody_removes_the_factor_of_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with_app(signed_in(), monkeypatch)
    [factor] = Authenticator.objects.all()
    other = Client()
    other.post("/sign-in/", {"login": "wren", "password": PASSWORD})
    hidden = other.post(f"/factors/{factor.pk}/remove/")
    missing = other.post(f"/factors/{factor.pk + 1}/remove/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert Authenticator.objects.count() == 1


def test_factors_change_only_just_after_a_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in()
    key = with_passkey(client)
    assert key.user_handle
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 400
    session.save()
    [factor] = Authenticator.objects.all()
    assert client.post(f"/factors/{factor.pk}/remove/").status_code == 409
    assert client.post("/factors/app/").status_code == 409
    assert Authenticator.objects.count() == 1
    again = Client()
    again.post("/sign-in/", RIGHT)
    answer = key.get(again.post("/sign-in/passkey/begin/").json())
    again.post("/sign-in/second/", {"credential": answer})
    assert again.post(f"/factors/{factor.pk}/remove/").status_code == 302
    assert Authenticator.objects.count() == 0


def test_no_page_of_signing_in_writes_on_a_get() -> None:
    client = signed_in()
    for address in ("/factors/", "/sign-in/", "/sign-in/second/"):
        assert client.get(address).status_code in (200, 302)
    for address in ("/factors/app/", "/factors/passkeys/", "/factors/passkeys/begin/",
                    "/sign-in/passkey/", "/sign-in/passkey/begin/"):  # fmt: skip
        assert client.get(address).status_code == 405


def test_attempts_are_limited_by_name_wherever_they_come_from() -> None:
    client = Client()
    wrong = {"login": "okafor", "password": "not this one"}
    answers = [client.post("/sign-in/", wrong).status_code for _ in range(6)]
    assert answers == [401] * 6
    locked = client.post("/sign-in/", RIGHT)
    assert locked.status_code == 401
    assert "Too many failed" in locked.content.decode()
    assert Client().post("/sign-in/", {"login": "wren", "password": PASSWORD}).status_code == 302


def test_an_account_is_given_with_a_password_and_without_the_old_factors(
    as_loader: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(signed_in(), monkeypatch)
    with as_loader():
        password = give_account(HOUSEKEEPING, username="d.okafor", person="okafor")
        with pytest.raises(Refusal, match="somebody else"):
            give_account(HOUSEKEEPING, username="d.okafor", person="wren")
        with pytest.raises(Refusal, match="Not exactly one person"):
            give_account(HOUSEKEEPING, username="x", person="nobody")
    client = Client()
    assert client.post("/sign-in/", RIGHT).status_code == 401
    assert client.post("/sign-in/", {"login": "d.okafor", "password": password}).status_code == 302
    assert is_in(client)
