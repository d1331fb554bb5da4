"""How fast entry and withdrawal rows load, beside a bare COPY of the same file in the same run.

Run: .venv/bin/python benchmarks/load.py [--instance full] [--file PATH] [--dry-run]
The rate of the load is taken from the record of the night that first loaded the file; with
`--dry-run` the file is read, staged and checked once more now, and nothing is kept. The floor is
COPY into an unlogged table of text columns, made and dropped here.
"""

import argparse
import os
import time
from pathlib import Path

TABLE = "benchmark_copy"
BLOCK = 1 << 20


def recorded_seconds(name: str) -> float | None:
    """Return the seconds of the night that first loaded `name`; they include the commit."""
    from bascule.feeds.models import NightRun

    for night in NightRun.objects.all():
        for stage in night.stages:
            if stage["title"] == f"Load {name}" and stage["counts"].get("new"):
                return float(stage["seconds"])
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


def dry_run_rate(path: Path) -> float:
    """Read, stage, check and compare the file as `bascule load --dry-run` does; return seconds."""
    from bascule.feeds.actions import load_package
    from bascule.kernel.actor import NIGHTLY

    started = time.perf_counter()
    load_package(NIGHTLY, path=path, strict=False, dry_run=True)
    return time.perf_counter() - started


def main() -> None:
    """Print rows and rows a second of the load, of a dry run where asked, and of bare COPY."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "demo"))
    parser.add_argument("--file", type=Path, help="default: the one in the instance's folder")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("loader")
    path = options.file or generated_file()
    count, floor = copy_rate(path)
    print(f"bare COPY      {count:>12,} rows {floor:8.1f} s {count / floor:>12,.0f} rows/s")
    seconds = recorded_seconds(path.name)
    if seconds:
        print(f"recorded load  {count:>12,} rows {seconds:8.1f} s {count / seconds:>12,.0f} rows/s,"
              f" {seconds / floor:.1f} times COPY")  # fmt: skip
    if options.dry_run:
        seconds = dry_run_rate(path)
        print(f"dry run now    {count:>12,} rows {seconds:8.1f} s {count / seconds:>12,.0f} rows/s,"
              f" {seconds / floor:.1f} times COPY")  # fmt: skip


if __name__ == "__main__":
    main()
