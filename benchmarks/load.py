"""How fast entry and withdrawal rows load, beside a bare COPY of the same file in the same run.

Run: .venv/bin/python benchmarks/load.py [--instance full] [--file PATH]
The rate of the load is taken from the record of the night that first loaded the file: an earlier
night of the demo reads it up to that day. The floor is COPY into an unlogged table of text columns,
made and dropped here.
"""

import argparse
import os
import time
from pathlib import Path

TABLE = "benchmark_copy"
BLOCK = 1 << 20


def recorded_load(name: str) -> tuple[int, float] | None:
    """Return rows read and seconds of the night that first loaded `name`, its commit included."""
    from bascule.feeds.models import NightRun

    for night in NightRun.objects.order_by("started_at", "id"):
        for stage in night.stages:
            if stage["title"] == f"Load {name}" and stage["counts"].get("new"):
                return int(stage["counts"]["read"]), float(stage["seconds"])
    return None


def generated_file() -> Path:
    """Return the instance's own generated file, or stop and ask for one."""
    from bascule.ops.process import home

    found = sorted(home().rglob("enrollment_events.csv"))
    if not found:
        raise SystemExit("the instance keeps no enrollment_events.csv: name the file with --file")
    return found[0]


def copy_rate(path: Path) -> tuple[int, float]:
    """COPY the file as it stands into text columns; return rows and seconds."""
    from psycopg import sql

    from bascule.ops.cluster.launcher import run_cluster
    from bascule.ops.process import DATABASE, instance

    with path.open(encoding="utf-8-sig") as lines:
        columns = lines.readline().strip().split(",")
    table = sql.Identifier(TABLE)
    kinds = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(c)) for c in columns)
    with run_cluster(instance()).connect_as_superuser(DATABASE) as connection:
        connection.execute(sql.SQL("drop table if exists {}").format(table))
        connection.execute(sql.SQL("create unlogged table {} ({})").format(table, kinds))
        try:
            started = time.perf_counter()
            cursor = connection.cursor()
            command = sql.SQL("copy {} from stdin with (format csv, header true)").format(table)
            with path.open("rb") as source, cursor.copy(command) as copy:
                while block := source.read(BLOCK):
                    copy.write(block)
            return cursor.rowcount, time.perf_counter() - started
        finally:
            connection.execute(sql.SQL("drop table {}").format(table))


def main() -> None:
    """Print rows and rows a second of the first load and of bare COPY."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "demo"))
    parser.add_argument("--file", type=Path, help="default: the one in the instance's folder")
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("loader")
    path = options.file or generated_file()
    count, floor = copy_rate(path)
    print(f"bare COPY      {count:>12,} rows {floor:8.1f} s {count / floor:>12,.0f} rows/s")
    if not (first := recorded_load(path.name)):
        raise SystemExit("no night of this instance has loaded the file")
    read, seconds = first
    times = (count / floor) / (read / seconds)
    print(f"first load     {read:>12,} rows {seconds:8.1f} s {read / seconds:>12,.0f} rows/s,"
          f" {times:.1f} times COPY")  # fmt: skip


if __name__ == "__main__":
    main()
