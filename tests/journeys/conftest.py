"""The journeys run against the real thing: `bascule demo`, its own server, a real browser."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.running_demo import Demo, demo_of_this_run


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The demo as a stranger gets it, built from nothing for this run."""
    with demo_of_this_run() as standing:
        yield standing


@pytest.fixture(scope="session")
def demo_address(demo: Demo) -> str:
    """The address of the demo."""
    return demo.address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; its absence fails with the one command that mends it.

    It leaves with the last journey: while its event loop runs, Django asks no database.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no browser: as root `apt-get install chromium`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture
def desk_of(browser: Browser, demo_address: str) -> Iterator[Callable[..., Page]]:
    """`desk_of("okafor", width=360)`: a page signed in as one of the cast."""
    opened = []

    def sign_in(username: str, width: int = 1280) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=demo_address
        )
        opened.append(context)
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator(f"form[action='/sign-in/{username}/'] button").click()
        page.wait_for_url(f"{demo_address}/")
        return page

    yield sign_in
    for context in opened:
        context.close()
