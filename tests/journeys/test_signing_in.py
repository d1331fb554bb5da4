"""A passkey and an authenticator app, set up and used in a real browser.

The browser's own virtual key answers in place of a fingerprint. A passkey belongs to a name and
never to a number, so these pages are visited at `localhost`.
"""

import os
import subprocess
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.instance_names import instance_name
from tests.journeys.running_demo import COMMAND, Demo

WHO, NAME = "auditor", "Lena Fischer"  # nobody's desk in the other journeys
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A page of a browser with a key in it."""
    address = demo.address.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport={"width": 360, "height": 900}, base_url=address)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()


@pytest.fixture
def password(demo: Demo) -> str:
    """The password of an account given as a district gives it, with `bascule account`."""
    told = subprocess.run(
        [COMMAND, "account", WHO, "--person", WHO], check=True, capture_output=True, text=True,
        env={**os.environ, "BASCULE_INSTANCE": instance_name("journeys")},
    )  # fmt: skip
    return told.stdout.strip()


def give_password(page: Page, password: str) -> None:
    page.goto("/sign-in/")
    page.locator("summary").click()
    page.get_by_label("Account name").fill(WHO)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def use_passkey(page: Page) -> None:
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".me strong")).to_have_text(NAME)


def passes_axe_and_fits(page: Page) -> bool:
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    return (found, page.evaluate("document.documentElement.scrollWidth")) == ([], 360)


def code_of(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_a_passkey_signs_in_alone_and_is_the_second_step_after_a_password(
    page: Page, password: str
) -> None:
    give_password(page, password)
    expect(page.locator(".me strong")).to_have_text(NAME)
    page.goto("/factors/")
    page.get_by_label("Name of the passkey").fill("Desk key")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-row]")).to_contain_text("Desk key")
    page.get_by_role("button", name="Sign out").click()
    page.locator("summary").click()
    use_passkey(page)

    page.goto("/factors/")
    page.get_by_role("button", name="Add an authenticator app").click()
    assert passes_axe_and_fits(page)
    page.get_by_label("Code").fill("12")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_have_text("Incorrect code.")
    page.get_by_label("Code").fill(code_of(page.locator("code").inner_text()))
    page.get_by_role("button", name="Done").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    assert passes_axe_and_fits(page)

    page.get_by_role("button", name="Sign out").click()
    give_password(page, password)
    expect(page.locator("h1")).to_have_text("Second step")
    assert passes_axe_and_fits(page)
    use_passkey(page)
