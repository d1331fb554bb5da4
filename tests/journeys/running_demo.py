"""The demo that the journeys visit: `bascule demo` with its own server, built from nothing.

As a plugin (`-p tests.journeys.running_demo`) it begins the build when the run begins: the demo
then stands when its first visitor comes, on whichever worker. Without it, the first one waits.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.instance_names import instance_name

READY_WITHIN = 400
BEGUN = "BASCULE_JOURNEYS_DEMO"  # tells the workers of a run which demo is theirs
COMMAND = str(Path(sys.executable).with_name("bascule"))
ENDING = pytest.StashKey[ExitStack]()


@dataclass(frozen=True)
class Demo:
    """A demo: its address, what it printed while it was built, and its process."""

    address: str
    log: str
    pid: int

    def wait_until_healthy(self) -> None:
        """Wait until it answers; fail with its own words where it ended or takes too long."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and is_alive(self.pid):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310 - our own
                    assert answer.status == 200
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.3)
        raise RuntimeError(f"the demo is not there: {Path(self.log).read_text()[-3000:]}")


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@contextmanager
def begun_demo() -> Iterator[Demo]:
    """Begin to build a demo, and end it afterwards."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [COMMAND, "demo", "--port", str(port), "--fresh"], stdout=out, stderr=out,
                env={**os.environ, "BASCULE_INSTANCE": instance_name("journeys")},
            )  # fmt: skip
        try:
            yield Demo(f"http://127.0.0.1:{port}", str(log), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@contextmanager
def demo_of_this_run() -> Iterator[Demo]:
    """The demo that the run began with, or one of our own; it answers."""
    with ExitStack() as stack:
        known = os.environ.get(BEGUN)
        demo = Demo(**json.loads(known)) if known else stack.enter_context(begun_demo())
        demo.wait_until_healthy()
        yield demo


def pytest_configure(config: pytest.Config) -> None:
    """Begin the demo where the run begins: before there are workers, which inherit its name."""
    if not hasattr(config, "workerinput"):
        stack = config.stash[ENDING] = ExitStack()
        os.environ[BEGUN] = json.dumps(asdict(stack.enter_context(begun_demo())))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was begun."""
    if ENDING in config.stash:
        config.stash[ENDING].close()
        del os.environ[BEGUN]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
