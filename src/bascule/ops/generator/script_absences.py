"""Absences of the script's specialists: over, under way, and to come."""

from collections.abc import Iterator
from datetime import timedelta

from bascule.ops.generator.script_requests import SPECIALIST
from bascule.ops.generator.script_stage import SPECIALISTS, Line, Stage


def absences(stage: Stage) -> Iterator[Line]:
    """Yield absences of each specialist; the third one is away today, one comes back early."""
    rng = stage.district.rng
    for number in range(SPECIALISTS):
        for part in range(3):
            third = (stage.today - stage.begins) // 3
            first = stage.begins + part * third + int(rng.integers(0, max(1, third - 8)))
            last = min(first + int(rng.integers(0, 5)), stage.today)
            yield _absence(stage, number, first, last)
            if part == 1 and last > first:
                yield _end_of_absence(stage, number, first + 1)
    yield _absence(stage, 1, max(stage.begins, stage.today - 3), stage.today - 2)
    yield _absence(stage, 2, max(stage.begins, stage.today - 1), None)
    yield from _planned(stage)


def _planned(stage: Stage) -> Iterator[Line]:
    """Yield two absences to come: on two days of the first, its backup is away as well."""
    day = stage.day(stage.today)
    monday = day + timedelta(days=14 + (7 - day.weekday()) % 7)
    for minute, (number, first, last) in enumerate(((4, 0, 4), (3, 2, 3))):
        yield {
            "at": stage.at(stage.today, 16 * 60 + 35 + minute),
            "actor": f"{SPECIALIST}:{number}",
            "verb": "record_absence",
            "starts_on": (monday + timedelta(days=first)).isoformat(),
            "ends_on": (monday + timedelta(days=last)).isoformat(),
            "stands_in": "backup" if number == 4 else "colleague",
        }


def _absence(stage: Stage, number: int, first: int, last: int | None) -> Line:
    """Return the record of an absence, made on its first morning by the specialist."""
    return {
        "at": stage.at(first, 7 * 60 + 40),
        "actor": f"{SPECIALIST}:{number}",
        "verb": "record_absence",
        "starts_on": stage.day(first).isoformat(),
        "ends_on": None if last is None else stage.day(last).isoformat(),
    }


def _end_of_absence(stage: Stage, number: int, back: int) -> Line:
    """Return an early return; the last day away is the day before."""
    return {
        "at": stage.at(back, 7 * 60 + 50),
        "actor": f"{SPECIALIST}:{number}",
        "verb": "end_absence",
        "ends_on": (stage.day(back) - timedelta(days=1)).isoformat(),
    }
