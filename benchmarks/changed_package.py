"""Tomorrow's files of a generated district: what about 2 % of the students' rows say changes.

Run: .venv/bin/python benchmarks/changed_package.py /tmp/full OUT [--every 50]
One student in `--every` is chosen by a hash of the number. Of those chosen, an enrolled one moves
to another school (withdrawn on the file's newest day, entered the day after; the OneRoster role
follows and the sections end); of the others one half has the grade of the first entry corrected,
one half its day. Each chosen student's OneRoster user gets another middle name.
"""

import argparse
import io
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from zlib import crc32

Lines = Iterable[bytes]
COPIED = ("calendar.csv",)


def main() -> None:
    """Write the changed files into a folder of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("district", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=50)
    options = parser.parse_args()
    students = write_changed(options.district, options.out, options.every)
    print(f"{students:,} students changed")


def write_changed(district: Path, out: Path, every: int) -> int:
    """Write the changed district to `out`; return how many students have changed enrollments."""
    out.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copy(district / name, out / name)
    moved, changed = _write_events(
        district / "enrollment_events.csv", out / "enrollment_events.csv", every
    )
    _write_package(district / "oneroster.zip", out / "oneroster.zip", moved, every)
    return changed


def is_chosen(student: bytes, every: int) -> bool:
    """Say whether a student is one of those whose rows change."""
    return crc32(student) % every == 0


def _write_events(source: Path, target: Path, every: int) -> tuple[dict[bytes, bytes], int]:
    """Rewrite the events of the chosen; return the new school of each who moves, and how many."""
    moved: dict[bytes, bytes] = {}
    changed = 0
    with source.open("rb") as lines, target.open("wb") as out:
        out.write(lines.readline())
        rows = list(lines)
        newest = max(row.split(b",", 4)[3] for row in rows if row[-1:] == b"\n")
        schools = sorted({row.split(b",", 2)[1] for row in rows[:100_000]})
        for student, found in groupby(rows, key=lambda row: row.split(b",", 1)[0]):
            group = list(found)
            if is_chosen(student, every) and len(group[0].split(b",")) == 7:
                changed += 1
                group = _changed_events(group, newest, schools, moved)
            out.writelines(group)
    return moved, changed


def _changed_events(
    group: list[bytes], newest: bytes, schools: list[bytes], moved: dict[bytes, bytes]
) -> list[bytes]:
    student, school, event, day, *_, grade = group[-1].rstrip(b"\r\n").split(b",")
    if event == b"E" and day < newest:
        other = schools[crc32(student + b"to") % len(schools)]
        if other == school:
            return group
        moved[student] = other
        last = b",".join((student, school, b"W", newest, b"20", b"", grade)) + b"\n"
        next_day = str(date.fromisoformat(newest.decode()) + timedelta(days=1)).encode()
        first = b",".join((student, other, b"E", next_day, b"05", b"", grade)) + b"\n"
        return [*group, last, first]
    return [_corrected(group[0]), *group[1:]]


def _corrected(row: bytes) -> bytes:
    cells = row.rstrip(b"\r\n").split(b",")
    if crc32(cells[0] + b"how") % 2:
        cells[6] = b"08" if cells[6] != b"08" else b"07"
    elif cells[2] == b"E" and not cells[3].endswith(b"-01"):
        cells[3] = cells[3][:8] + b"%02d" % (int(cells[3][8:]) - 1)
    return b",".join(cells) + b"\n"


def _write_package(source: Path, target: Path, moved: dict[bytes, bytes], every: int) -> None:
    rewrite: dict[str, Callable[[Lines], Iterator[bytes]]] = {
        "users.csv": lambda rows: _changed_users(rows, every),
        "roles.csv": lambda rows: _changed_roles(rows, moved),
        "enrollments.csv": lambda rows: _ended_sections(rows, moved),
    }
    packed = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(source) as old, packed as new:
        for name in old.namelist():
            with old.open(name) as stream, new.open(name, "w") as out:
                lines = io.BufferedReader(stream)
                out.write(lines.readline())
                out.writelines(rewrite[name](lines) if name in rewrite else lines)


def _changed_users(rows: Lines, every: int) -> Iterator[bytes]:
    for row in rows:
        cells = row.split(b",")
        if is_chosen(cells[0], every):
            cells[8] = b"Noor" if cells[8] != b"Noor" else b"Ines"
        yield b",".join(cells)


def _changed_roles(rows: Lines, moved: dict[bytes, bytes]) -> Iterator[bytes]:
    for row in rows:
        cells = row.split(b",")
        if cells[3] in moved and cells[5] == b"student":
            cells[8] = moved[cells[3]]
        yield b",".join(cells)


def _ended_sections(rows: Lines, moved: dict[bytes, bytes]) -> Iterator[bytes]:
    for row in rows:
        cells = row.rstrip(b"\r\n").split(b",")
        if cells[5] in moved and not cells[9]:
            cells[9] = b"2026-11-20"
        yield b",".join(cells) + b"\n"


if __name__ == "__main__":
    main()
