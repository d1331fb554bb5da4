"""The journeys run against the real thing: `bascule demo`, its own server, a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.instance_names import instance_name

READY_WITHIN = 400


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, and what it printed while it was built."""

    address: str
    log: Path


@pytest.fixture(scope="session")
def demo(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as a stranger gets it, built from nothing for this run."""
    port = _free_port()
    log = tmp_path_factory.mktemp("demo") / "log"
    command = [str(Path(sys.executable).with_name("bascule")), "demo", "--port", str(port)]
    command += ["--fresh"]
    environment = {**os.environ, "BASCULE_INSTANCE": instance_name("journeys", worker_id)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}/healthz", process, log)
            yield Demo(f"http://127.0.0.1:{port}", log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture(scope="session")
def demo_address(demo: Demo) -> str:
    """The address of the demo."""
    return demo.address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the demo ended: {log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise RuntimeError(f"the demo was not ready in time: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; its absence fails with the one command that mends it."""
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
