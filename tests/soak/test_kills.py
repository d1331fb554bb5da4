"""Kill -9 of the night or of its database at random moments: the same state in the end.

A night is killed, then run again to its end, and compared by the meaning of every row with a
night that nobody disturbed. BASCULE_MINUTES bounds the time; the histogram says in which stage
each kill fell.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance

KILLS = 50
LEAST_CHANCE = 0.2  # of a stage to be chosen, in seconds, so that short stages are met too
FILES = ("schools.csv", "calendar.csv", "oneroster.zip", "enrollment_events.csv")
AT = "2026-11-23T04:30:00-06:00"


@pytest.fixture(scope="module")
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("kills", worker_id))
    trial.remove()
    yield trial
    trial.remove()


@pytest.fixture(scope="module")
def files(instance: PrivateInstance, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A small district in files, and a database that has its schools and its staff."""
    folder = tmp_path_factory.mktemp("district")
    words = ("--students", "1500", "--years", "2", "--as-of", "2026-11-20")
    instance.run("generate", "--out", str(folder), *words)
    instance.run("migrate")
    instance.run("seat-cast", str(folder / FILES[0]))
    instance.copy_database("bascule", "clean")
    return [str(folder / name) for name in FILES[1:]]


def state(instance: PrivateInstance) -> dict[str, list[object]]:
    return json.loads(instance.run("fingerprint", "--format", "json"))


@dataclass(frozen=True)
class Told:
    """What a night has told in its log: the stages that it ended, and the one it is in."""

    seconds: dict[str, float]
    running: str | None

    @classmethod
    def by(cls, log: Path) -> "Told":
        """Read it. A stage begins with a line ending in `…` and ends with its seconds."""
        begun, seconds = [], {}
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.endswith("…"):
                begun.append(line.removesuffix(" …"))
            elif ended := STAGE.fullmatch(line):
                seconds[ended["title"]] = float(ended["seconds"])
        running = begun[-1] if begun and begun[-1] not in seconds else None
        return cls(seconds, running)


STAGE = re.compile(r"(?P<title>.+?): .* ?\((?P<seconds>[\d.]+) s\)")


def wait_for(night: "subprocess.Popen[bytes]", log: Path, stage: str) -> None:
    """Wait until the night is in the stage, or has ended."""
    while night.poll() is None and Told.by(log).running != stage:
        time.sleep(0.002)


def test_a_killed_night_run_again_reaches_the_same_state(
    instance: PrivateInstance, files: list[str], tmp_path: Path
) -> None:
    began = time.monotonic()
    whole = tmp_path / "whole.log"
    assert instance.start("nightly", *files, "--at", AT, log=whole).wait() == 0
    stages = Told.by(whole).seconds
    undisturbed = state(instance)
    assert undisturbed["cases_casefile"][0] > 0
    draws = random.Random(int(os.environ.get("BASCULE_SEED", "1")))
    deadline = began + 60 * float(os.environ.get("BASCULE_MINUTES", "5"))
    fell: Counter[str] = Counter()
    while fell.total() < KILLS and (fell.total() < 3 or time.monotonic() < deadline):
        instance.copy_database("clean", "bascule")
        victim, log = draws.choice(("night", "night", "database")), tmp_path / f"{fell.total()}.log"
        stage = draws.choices(list(stages), [LEAST_CHANCE + each for each in stages.values()])[0]
        night = instance.start("nightly", *files, "--at", AT, log=log)
        wait_for(night, log, stage)
        time.sleep(draws.uniform(0, 0.9) * stages[stage])
        place = Told.by(log).running if night.poll() is None else None
        kill(instance, night, victim)
        fell[f"{victim} in: {place}" if place else f"{victim} between stages"] += 1
        instance.run("nightly", *files, "--at", AT)
        assert state(instance) == undisturbed, f"kill {fell.total()} of {victim}: {place}"
    inside = sum(count for place, count in fell.items() if " in: " in place)
    told = [f"{count:>4}  {place}" for place, count in sorted(fell.items())]
    sys.stdout.write("\n".join(
        [f"\n{fell.total()} kills, {inside} of them inside a running stage", *told, ""]
    ))  # fmt: skip
    assert inside >= 0.8 * fell.total()


def kill(instance: PrivateInstance, night: "subprocess.Popen[bytes]", victim: str) -> None:
    if victim == "database":
        os.kill(instance.postmaster(), signal.SIGKILL)
        try:
            night.wait(30)  # it loses its connection and ends with an error
        except subprocess.TimeoutExpired:
            night.kill()
    else:
        night.kill()
    night.wait()
