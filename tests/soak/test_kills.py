"""Kill -9 of the night or of its database at random moments: the same state in the end.

A night is killed on its way, started again, killed further on, and at last run to its end; then
every table is compared, by the meaning of its rows, with a night that nobody disturbed.
BASCULE_MINUTES bounds the time; the histogram says in which stage each kill fell.
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
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance

KILLS = 32
KILLS_A_NIGHT = 6
VICTIMS = ("night", "night", "database")
LEAST_CHANCE = 3.0  # of a stage to be chosen, in seconds, so that short stages are met too
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
    words = ("--students", "500", "--years", "2", "--as-of", "2026-11-20")
    instance.run("generate", "--out", str(folder), *words)
    instance.run("migrate")
    instance.stop_syncing()
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


def test_a_night_killed_again_and_again_reaches_the_same_state(
    instance: PrivateInstance, files: list[str], tmp_path: Path
) -> None:
    began = time.monotonic()
    whole = tmp_path / "whole.log"
    assert instance.start("nightly", *files, "--at", AT, log=whole).wait() == 0
    trial = Trial(instance, [*files, "--at", AT], Told.by(whole).seconds, tmp_path)
    undisturbed = state(instance)
    assert undisturbed["cases_casefile"][0] != 0
    assert undisturbed["cases_notice"][0] != 0
    deadline = began + 60 * float(os.environ.get("BASCULE_MINUTES", "5"))
    while trial.fell.total() < KILLS and time.monotonic() < deadline:
        instance.copy_database("clean", "bascule")
        killed = trial.live_one_night()
        assert state(instance) == undisturbed, killed
    sys.stdout.write(trial.told())
    assert trial.fell.total() > 0
    assert trial.inside >= 0.8 * trial.fell.total()


@dataclass
class Trial:
    """Nights that are killed: their words, how long each stage takes, and where kills fell."""

    instance: PrivateInstance
    words: list[str]
    stages: dict[str, float]
    folder: Path
    fell: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.draws = random.Random(int(os.environ.get("BASCULE_SEED", "1")))

    def live_one_night(self) -> list[str]:
        """Kill one night on its way, start it again, kill it later on, and let it end at last.

        Returns where the kills fell. A stage that an earlier kill came after is not waited for.
        """
        order = list(self.stages)
        weights = [LEAST_CHANCE + seconds for seconds in self.stages.values()]
        drawn = self.draws.choices(order, weights, k=KILLS_A_NIGHT)
        killed = []
        for stage in sorted(drawn, key=order.index):
            victim = self.draws.choice(VICTIMS)
            place = self._kill(victim, stage, self.folder / f"{self.fell.total()}.log")
            if place is not None:
                killed.append(f"{victim} {place}")
                self.fell[killed[-1]] += 1
        self.instance.run("nightly", *self.words)
        return killed

    def _kill(self, victim: str, stage: str, log: Path) -> str | None:
        """Start the night, kill it in the stage and say where; None where it ended before."""
        night = self.instance.start("nightly", *self.words, log=log)
        wait_for(night, log, stage)
        time.sleep(self.draws.uniform(0, 0.9) * self.stages[stage])
        running = Told.by(log).running
        if night.poll() is not None:
            return None
        kill(self.instance, night, victim)
        return f"in: {running}" if running else "between stages"

    @property
    def inside(self) -> int:
        """How many kills fell inside a running stage."""
        return sum(count for place, count in self.fell.items() if " in: " in place)

    def told(self) -> str:
        """The histogram: how many kills fell where."""
        lines = [f"{count:>4}  {place}" for place, count in sorted(self.fell.items())]
        first = f"{self.fell.total()} kills, {self.inside} of them inside a running stage"
        return "\n".join(["", first, *lines, ""])


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
