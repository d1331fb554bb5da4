"""The small process that keeps one server alive for as long as anybody holds its lease.

Standard library only; run as a script by the launcher, in a session of its own. The server gets
the death signal SIGINT, so that even kill -9 of this process leaves no orphan. When nobody has
held the lease for GRACE seconds, it stops the server while holding the lease itself.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
GRACE = 2.0
POLL = 0.2


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def start_server(order: dict[str, str | int | None], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start `postgres` as the ordered user, bound to the life of this process."""
    identity: dict[str, Any] = {}
    if order["uid"]:
        identity = {"user": order["uid"], "group": order["gid"], "extra_groups": []}
    return subprocess.Popen(  # noqa: S603 - the launcher's own command
        json.loads(str(order["command"])),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        preexec_fn=_die_with_parent,  # safe here: this process has one thread
        **identity,
    )


def wait_until_unneeded(lease: IO[bytes], server: subprocess.Popen[bytes]) -> None:
    """Return when the lease could be taken for GRACE seconds on end, or the server ended."""
    free_since: float | None = None
    while server.poll() is None:
        time.sleep(POLL)
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            free_since = None
            continue
        free_since = free_since or time.monotonic()
        if time.monotonic() - free_since >= GRACE:
            return
        fcntl.flock(lease, fcntl.LOCK_UN)


def main() -> int:
    """Run one server to its end; the order comes as JSON in the first argument."""
    order = json.loads(sys.argv[1])
    if os.fork():  # nobody waits for this process: it belongs to the system, not to its starter
        return 0
    Path(order["pid_file"]).write_text(str(os.getpid()), encoding="ascii")
    with Path(order["log"]).open("ab") as log, Path(order["lease"]).open("ab") as lease:
        server = start_server(order, log)
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        wait_until_unneeded(lease, server)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        return server.wait()


if __name__ == "__main__":
    sys.exit(main())
