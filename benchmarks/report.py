"""The mobility report of every school for one year from the snapshot, beside SQL by hand.

Run: .venv/bin/python benchmarks/report.py [--snapshot DIR] [--year 2026] [--times 5]
Goal: 0.5 s. The report is the Illinois profile's mobility of every school: `metrics.catalog`
builds the Ibis expression, compiles it and lets DuckDB answer from Parquet. The peer is one query
written by hand for this one question, on the same files with as many threads; both answers must
be equal, or the benchmark fails. Opening the snapshot is told apart: a process does it once.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

GOAL = 0.5
BY_HAND = """
with so_far as (
  select d::date as day, count(held.day) over (order by d) as taught
  from generate_series(date '{first}' - 30, date '{last}' + 30, interval 1 day) s(d)
  left join days held on held.day = d::date and held.school_year = {year}
), member as (
  select student_id, school_id, starts_on, entry_kind,
         case when ends_on <= date '{as_of}' then ends_on end as ends_on,
         case when ends_on <= date '{as_of}' then exit_kind end as exit_kind
  from stints
  where school_year = {year} and starts_on <= date '{as_of}' and grade in {grades}
    and exit_kind is distinct from 'no_show'
), explained as (
  select member.* replace (case
    when member.exit_kind is null and next.school_id <> member.school_id then 'transfer_within'
    else member.exit_kind end as exit_kind)
  from member left join member next
    on member.exit_kind is null and next.student_id = member.student_id
   and next.starts_on = member.ends_on + 1
), beside as (
  select *, lag(ends_on) over chain as left_before, lead(starts_on) over chain as back_on
  from explained window chain as (partition by student_id, school_id order by starts_on)
), edge as (
  select beside.*,
         not coalesce(b.taught - a.taught = 0 or starts_on <= left_before + 1, false) as begins,
         coalesce(d.taught - c.taught = 0 or back_on <= beside.ends_on + 1, false) as goes_on
  from beside
  left join so_far a on a.day = left_before left join so_far b on b.day = starts_on - 1
  left join so_far c on c.day = beside.ends_on left join so_far d on d.day = back_on - 1
), student as (
  select student_id, school_id,
         bool_or(coalesce(begins and starts_on > date '{count_day}'
                   and entry_kind in ('transfer_within', 'transfer_in'), false)
                 or coalesce(not goes_on and ends_on < date '{last}' and ends_on <= date '{closes}'
                   and ends_on >= date '{count_day}'
                   and exit_kind in ('transfer_within', 'transfer_out', 'home_school'), false)
         ) as moved,
         bool_or(case when goes_on then back_on - 1 else ends_on end is null
                 or case when goes_on then back_on - 1 else ends_on end >= date '{count_day}'
         ) as in_base
  from edge where starts_on <= date '{closes}' group by 1, 2
)
select schools.key, sum(moved::int), sum(in_base::int)
from student join schools using (school_id)
group by 1 having sum(moved::int) + sum(in_base::int) > 0 order by 1
"""


def newest_snapshot() -> Path:
    """Return the newest snapshot of the instance."""
    from bascule.ops.cluster.places import places_of
    from bascule.ops.process import instance

    return sorted((places_of(instance()).home / "snapshots").glob("2*"))[-1]


def seconds_of(run: Callable[[], Any], times: int) -> tuple[list[float], Any]:
    """Run `times` times; return each run's seconds and the last answer."""
    taken, answer = [], None
    for _ in range(times):
        started = time.perf_counter()
        answer = run()
        taken.append(time.perf_counter() - started)
    return taken, answer


def by_hand(folder: Path, snapshot: Any, year: int) -> Callable[[], list[tuple[str, int, int]]]:
    """Return what asks the hand-written query."""
    import duckdb

    from bascule.metrics.profiles import PROFILES
    from bascule.metrics.windows import window_of

    days = snapshot.days_in_session(year)
    window = window_of(PROFILES["il"], days, snapshot.as_of)
    query = BY_HAND.format(
        year=year, as_of=snapshot.as_of, first=days[0], last=window.last_day,
        closes=window.closes_on, count_day=window.count_day, grades=PROFILES["il"].grades,
    )  # fmt: skip
    engine = duckdb.connect()
    for name in ("stints", "days", "schools"):
        engine.execute(f"create view {name} as select * from '{folder / name}.parquet'")
    return lambda: [tuple(row) for row in engine.execute(query).fetchall()]


def told(title: str, taken: list[float]) -> str:
    """Say the first, the median and the slowest run."""
    return (
        f"{title:24} first {taken[0]:6.2f} s   median {statistics.median(taken):6.2f} s"
        f"   slowest {max(taken):6.2f} s"
    )


def main() -> None:
    """Print both, and fail where they differ or the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "full"))
    parser.add_argument("--snapshot", type=Path)
    parser.add_argument("--year", type=int, default=2026, help="the year it ends in")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.metrics.catalog import measure
    from bascule.metrics.snapshot import open_snapshot

    folder = options.snapshot or newest_snapshot()
    started = time.perf_counter()
    snapshot = open_snapshot(folder)
    print(f"open the snapshot        {time.perf_counter() - started:12.2f} s")
    ours, figures = seconds_of(
        lambda: measure(snapshot, "mobility", "il", "school", options.year), options.times
    )
    floor, rows = seconds_of(by_hand(folder, snapshot, options.year), options.times)
    print(told("the report", ours))
    print(told("written by hand", floor))
    median, peer = statistics.median(ours), statistics.median(floor)
    print(f"{median / peer:.1f} times the query by hand; load {os.getloadavg()[0]:.1f}")
    found = sorted((each.unit, each.num, each.den) for each in figures if each.num is not None)
    if found != rows:
        raise SystemExit(f"answers differ: {len(found)} and {len(rows)} schools")
    print(f"{len(rows)} schools, equal answers")
    if median > GOAL:
        raise SystemExit(f"goal of {GOAL} s missed")


if __name__ == "__main__":
    main()
