"""The night with 2 % of the students changed: seconds and peak memory by stage, and its floor.

Run: .venv/bin/python benchmarks/nightly.py [--instance full] [--changed /tmp/full-2pct]
     [--at 2026-11-24T04:30:00-06:00]
The instance holds the district of yesterday; `--changed` is a folder that `changed_package.py`
wrote. The night runs as `bascule nightly` does, in a process of its own. Memory: the greatest
resident set of the loader, and the greatest sum over it and every process of its server (shared
memory counted once, by PSS), looked at every half second. The floor is bare COPY of the same
files' rows into unlogged tables of text. A night changes the instance: keep a copy of it.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

FILES = ("calendar.csv", "oneroster.zip", "enrollment_events.csv")
PACKAGE = ".zip"
MIB = 1024
BLOCK = 1 << 20


class Watch(threading.Thread):
    """Looks every half second at the memory of the loader and of the server's processes."""

    def __init__(self, loader: int, data: Path) -> None:
        super().__init__(daemon=True)
        self.loader, self.data = loader, str(data)
        self.loader_peak = self.sum_peak = 0
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.5):
            own = _memory(self.loader, "Rss")
            together = _memory(self.loader, "Pss") + sum(
                _memory(process, "Pss") for process in self._server()
            )
            self.loader_peak = max(self.loader_peak, own)
            self.sum_peak = max(self.sum_peak, together)

    def _server(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str((entry / "cwd").readlink()) == self.data:
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


def _memory(process: int, kind: str) -> int:
    """Return a process's resident (Rss) or proportional (Pss) memory in MiB; 0 where it ended."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) // MIB
    except OSError:
        pass
    return 0


def run_night(changed: Path, files: list[str], at: str) -> tuple[float, Watch]:
    """Run `bascule nightly` over the changed files; return its seconds and what memory it took."""
    from bascule.ops.cluster.places import places_of
    from bascule.ops.process import instance

    words = ["nightly", *(str(changed / name) for name in files), "--at", at]
    started = time.perf_counter()
    night = subprocess.Popen([sys.executable, "-m", "bascule.ops.command_line", *words])
    watch = Watch(night.pid, places_of(instance()).home / "data")
    watch.start()
    code = night.wait()
    seconds = time.perf_counter() - started
    watch.is_over.set()
    watch.join()
    if code:
        raise SystemExit(f"the night ended with {code}")
    return seconds, watch


def print_stages(at: str) -> None:
    """Print what the record of the night says: each stage with its seconds and counts."""
    from bascule.feeds.models import NightRun

    night = NightRun.objects.filter(started_at=datetime.fromisoformat(at)).latest("id")
    for stage in night.stages:
        told = ", ".join(f"{key} {value:,}" for key, value in stage["counts"].items())
        print(f"{stage['seconds']:9.2f} s  {stage['title']}: {told}")


def copy_seconds(changed: Path, files: list[str]) -> float:
    """COPY the rows of each CSV file, and of each file of a package, as text."""
    import zipfile

    from bascule.ops.cluster.launcher import run_cluster
    from bascule.ops.process import DATABASE, instance

    started = time.perf_counter()
    with run_cluster(instance()).connect_as_superuser(DATABASE) as connection:
        for file in files:
            if not file.endswith(PACKAGE):
                with (changed / file).open("rb") as stream:
                    _copy(connection, stream)
                continue
            with zipfile.ZipFile(changed / file) as package:
                for name in package.namelist():
                    with package.open(name) as stream:
                        _copy(connection, stream)
    return time.perf_counter() - started


def _copy(connection, stream) -> None:  # type: ignore[no-untyped-def]  # psycopg's, a binary stream
    from psycopg import sql

    columns = stream.readline().decode("utf-8-sig").strip().split(",")
    kinds = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(c)) for c in columns)
    connection.execute("drop table if exists benchmark_copy")
    connection.execute(sql.SQL("create unlogged table benchmark_copy ({})").format(kinds))
    with connection.cursor().copy("copy benchmark_copy from stdin with (format csv)") as copy:
        while block := stream.read(BLOCK):
            copy.write(block)
    connection.execute("drop table benchmark_copy")


def main() -> None:
    """Run the night, print stages, memory and floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "full"))
    parser.add_argument("--changed", type=Path, default=Path("/tmp/full-2pct"))  # noqa: S108
    parser.add_argument("--at", default="2026-11-24T04:30:00-06:00")
    parser.add_argument("--files", nargs="+", default=list(FILES))
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("loader")
    load = os.getloadavg()
    floor = copy_seconds(options.changed, options.files)
    seconds, watch = run_night(options.changed, options.files, options.at)
    print_stages(options.at)
    print(f"{seconds:9.2f} s  the whole night; {seconds / floor:.1f} times its floor")
    print(f"{floor:9.2f} s  floor: bare COPY of the same files")
    print(f"{watch.loader_peak:9,} MiB loader; {watch.sum_peak:,} MiB with the server's processes")
    print("load of the machine (1, 5, 15 min) before and after:", *load, *os.getloadavg())


if __name__ == "__main__":
    main()
