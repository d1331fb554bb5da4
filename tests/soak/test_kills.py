"""Kill -9 of the night or of its database at random moments: the same state in the end.

A night is killed, then run again to its end, and compared by the meaning of every row with a
night that nobody disturbed. BASCULE_MINUTES bounds the time; the histogram says in which stage
each kill fell.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance

KILLS = 50
FILES = ("schools.csv", "calendar.csv", "oneroster.zip", "enrollment_events.csv")
AT = "2026-11-23T04:30:00-06:00"


@pytest.fixture(scope="module")
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("kills", worker_id))
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


def running_stage(log: Path) -> str:
    """The stage that ran last, from what the night had told so far."""
    told = log.read_text(encoding="utf-8", errors="replace").splitlines()
    done = [line.split(":")[0] for line in told if ":" in line and "(" in line]
    return f"after {done[-1]}" if done else "before the first stage was done"


def test_a_killed_night_run_again_reaches_the_same_state(
    instance: PrivateInstance, files: list[str], tmp_path: Path
) -> None:
    started = time.monotonic()
    instance.run("nightly", *files, "--at", AT)
    whole_night = time.monotonic() - started
    undisturbed = state(instance)
    assert undisturbed["cases_casefile"][0] > 0
    draws = random.Random(int(os.environ.get("BASCULE_SEED", "1")))
    deadline = started + 60 * float(os.environ.get("BASCULE_MINUTES", "5"))
    fell, done = Counter(), 0  # type: ignore[var-annotated]
    while done < KILLS and (done < 3 or time.monotonic() < deadline):
        instance.copy_database("clean", "bascule")
        victim = draws.choice(("night", "night", "database"))
        log = tmp_path / f"{done}.log"
        night = instance.start("nightly", *files, "--at", AT, log=log)
        time.sleep(draws.uniform(0.15, 0.98) * whole_night)
        is_running = night.poll() is None
        kill(instance, night, victim)
        fell[f"{victim}, {running_stage(log) if is_running else 'after the end'}"] += 1
        instance.run("nightly", *files, "--at", AT)
        assert state(instance) == undisturbed, f"kill {done} of {victim}: {running_stage(log)}"
        done += 1
    told = [f"{count:>4}  {place}" for place, count in sorted(fell.items())]
    sys.stdout.write("\n".join([f"\n{done} kills, a night of {whole_night:.1f} s", *told, ""]))


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
