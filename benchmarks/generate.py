"""Measure the district generator at full size: time by stage, peak memory, size of the files.

    .venv/bin/python benchmarks/generate.py OUT [--students N] [--years 10] [--schools FILE]

Goal (issue 2, section 4): full size x 10 years in under 2 minutes, under 4 GB of memory and 6 GB
of files on two cores.
"""

import argparse
import json
import resource
import shutil
import time
from datetime import date
from pathlib import Path

from bascule.ops.generator import generate_district

GOALS = {"seconds": 120.0, "peak_gb": 4.0, "files_gb": 6.0}


def measured(options: argparse.Namespace) -> dict[str, float | int]:
    """Generate once into a fresh folder and return what it took."""
    shutil.rmtree(options.out, ignore_errors=True)
    began = time.perf_counter()
    summary = generate_district(
        options.out,
        students=options.students,
        years=options.years,
        seed=options.seed,
        as_of=options.as_of,
        schools=options.schools,
        progress=_Stages(began),
    )
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    return {
        "schools": summary.schools,
        "students_enrolled": summary.students_enrolled,
        "students_ever": summary.students_ever,
        "rows": sum(summary.rows.values()),
        "seconds": round(seconds, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2),
        "files_gb": round(size / 1024**3, 2),
    }


class _Stages:
    """Prints the time at which each stage begins."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self, stage: str, done: int, total: int) -> None:
        print(f"{time.perf_counter() - self._began:7.1f} s  {stage}: {done} of {total}")


def main() -> None:
    """Measure, print, and fail if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--schools", type=Path)
    found = measured(parser.parse_args())
    print(json.dumps(found))
    missed = {name: goal for name, goal in GOALS.items() if found[name] >= goal}
    if missed:
        raise SystemExit(f"goals missed: {missed}")


if __name__ == "__main__":
    main()
