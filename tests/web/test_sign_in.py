"""Signing in: by password, and in the demo alone by choosing one of the cast."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bascule.access.models import User

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def test_the_demo_offers_the_cast_and_signs_one_of_them_in(client: Client) -> None:
    assert "Dana Okafor" in client.get("/sign-in/").content.decode()
    answer = client.post("/sign-in/okafor/", {"next": "/students/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/students/")
    assert client.get("/").status_code == 200


def test_without_the_demo_nobody_of_the_cast_is_offered_or_let_in(
    client: Client, settings: object
) -> None:
    settings.DEMO_SIGN_IN = False  # type: ignore[attr-defined]
    assert "Dana Okafor" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/okafor/").status_code == 404
    assert client.get("/").status_code == 302


def test_a_password_signs_in_and_a_wrong_one_says_so(
    client: Client, settings: object, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    settings.DEMO_SIGN_IN = False  # type: ignore[attr-defined]
    with as_loader():
        user = User.objects.get(username="okafor")
        user.set_password("a long enough password")
        user.save()
    wrong = client.post("/sign-in/", {"login": "okafor", "password": "not this one"})
    assert wrong.status_code == 401
    assert "not correct" in wrong.content.decode()
    right = {"login": "okafor", "password": "a long enough password"}
    assert client.post("/sign-in/", right).status_code == 302
    assert client.get("/").status_code == 200


def test_the_next_address_never_leads_to_another_site(client: Client) -> None:
    answer = client.post("/sign-in/okafor/", {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_every_page_carries_the_strict_policy_and_is_not_stored(client: Client) -> None:
    headers = client.get("/sign-in/").headers
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
