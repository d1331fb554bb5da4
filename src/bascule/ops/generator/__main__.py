"""`python -m bascule.ops.generator`: the same options as `bascule generate`."""

import argparse
import sys
from datetime import date
from pathlib import Path

from bascule.kernel.school_calendar import school_year_of
from bascule.ops.generator.calendar import school_year
from bascule.ops.generator.district import Summary, generate_district


def last_school_day_before(day: date) -> date:
    """Return the last day in session strictly before `day`."""
    year = school_year_of(day)
    days = [*school_year(year - 1).days, *school_year(year).days]
    return max(found for found in days if found < day)


def parser() -> argparse.ArgumentParser:
    """Return the command line's options."""
    found = argparse.ArgumentParser(prog="bascule generate", description=__doc__)
    found.add_argument("--out", type=Path, required=True, help="folder to write into")
    found.add_argument("--students", type=int, help="students on each first day")
    found.add_argument("--years", type=int, default=10, help="school years, the running included")
    found.add_argument("--seed", type=int, default=1)
    found.add_argument("--as-of", type=date.fromisoformat, help="default: the last school day")
    found.add_argument("--schools", type=Path, help="spine file; default: an invented district")
    return found


def summary_text(summary: Summary) -> str:
    """Return the summary as lines for people."""
    lines = [
        f"{summary.schools} schools, {summary.students_enrolled:,} students on {summary.as_of}, "
        f"{summary.students_ever:,} since {summary.years[0] - 1}",
        *(f"{count:>12,}  {name}" for name, count in summary.rows.items()),
        *(
            f"{found['fires']:>12,}  {kind} planted, {found['near_misses']:,} near misses"
            for kind, found in summary.planted.items()
        ),
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Generate a district as the command line says; return 0."""
    options = parser().parse_args(arguments)
    today = date.today()  # noqa: DTZ011  a district's own day, as its offices see it
    summary = generate_district(
        options.out,
        students=options.students,
        years=options.years,
        seed=options.seed,
        as_of=options.as_of or last_school_day_before(today),
        schools=options.schools,
    )
    sys.stdout.write(summary_text(summary) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
