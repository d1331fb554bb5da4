"""Writes `schools.csv` and `calendar.csv`."""

import csv
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bascule.ops.generator.calendar import SchoolYear
from bascule.ops.generator.schools import Schools

CALENDAR_HEADER = ("school_id", "date", "kind", "note")


def write_schools(path: Path, schools: Schools, source: Path | None) -> int:
    """Copy the spine file as it is, or write the invented schools in its columns."""
    if source is not None:
        shutil.copyfile(source, path)
    else:
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(schools.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(schools.rows)
    return len(schools)


def write_calendar(path: Path, years: Sequence[SchoolYear]) -> int:
    """Write the days of all years for the whole district, ascending; return their number."""
    rows: list[tuple[str, date, str, str]]
    rows = [("", day, "school_day", "") for year in years for day in year.days]
    rows += [("", day.on, day.kind, day.note) for year in years for day in year.closed]
    rows.sort(key=lambda row: row[1])
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(CALENDAR_HEADER)
        writer.writerows(rows)
    return len(rows)
