"""An instance of our own for tests that run the real command: made, used, removed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bascule.ops.cluster.launcher import run_cluster
from bascule.ops.cluster.places import places_of
from tests.databases import make_quick

COMMAND = str(Path(sys.executable).with_name("bascule"))


@dataclass(frozen=True)
class PrivateInstance:
    """A named instance; `run` runs a verb of the command line in it."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "BASCULE_INSTANCE": self.name}

    def run(self, *words: str) -> str:
        """Run a verb to its end and return what it printed; fails where it fails."""
        done = subprocess.run(
            [COMMAND, *words], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self, *words: str, log: Path) -> "subprocess.Popen[bytes]":
        """Start a verb whose progress goes to `log`."""
        with log.open("wb") as out:
            return subprocess.Popen([COMMAND, *words], env=self.environment, stderr=out)

    def copy_database(self, source: str, target: str) -> None:
        """Replace one database of the server by a copy of another.

        The checkpoint is for servers that are killed: a copied sequence writes its next numbers to
        the log only where its page is older than the last one, and would give them out again.
        """
        cluster = run_cluster(self.name)
        with cluster.connect_as_superuser() as server:
            server.execute(f"drop database if exists {target} with (force)")
            server.execute(f"create database {target} template {source}")
            server.execute("checkpoint")
        os.close(cluster.lease)

    def stop_syncing(self) -> None:
        """Let commits reach the kernel and not the disk.

        Kill -9 of any process leaves the kernel whatever was written: nothing is lost by it.
        """
        cluster = run_cluster(self.name)
        make_quick(cluster, off=("fsync",))
        os.close(cluster.lease)

    def postmaster(self) -> int:
        """The process id of the server."""
        return int((places_of(self.name).data / "postmaster.pid").read_text().splitlines()[0])

    def remove(self) -> None:
        """Stop the server by giving up, and remove the folder."""
        home = places_of(self.name).home
        if places_of(self.name).supervisor.exists():
            with suppress(ProcessLookupError):
                os.kill(int(places_of(self.name).supervisor.read_text()), signal.SIGTERM)
            time.sleep(1)
        shutil.rmtree(home, ignore_errors=True)
