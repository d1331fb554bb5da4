"""What an Options school promises when it accepts a student, and whether it was kept.

Four things (domain/mobility.md 6.2 item 7): the first day, the first week, an advocate, the month
of finishing. A promise is kept where the student began by the promised day and the first check
found the first week and the advocate as they were promised. No Django import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

VERSION = 1
KEPT = "kept"
SAID = (
    (KEPT, "Kept: first week and advocate as promised"),
    ("other_week", "Another first week than promised"),
    ("no_advocate", "Nobody was there as the advocate"),
    ("neither", "Neither first week nor advocate"),
)
"""What the first check can find of a promise."""
FEWEST = 10
"""So many judged promises before a rate of a program is told (proposed, to be confirmed)."""
WITHIN_DAYS = 365
MONTHS_AHEAD = 60


@dataclass(frozen=True)
class KeptPromises:
    """Of the promises of a program that were judged within a year, how many were kept."""

    judged: int
    kept: int


def is_kept(promised_on: date, began_on: date, said: str) -> bool:
    """Judge one promise: by the day on which the student began, and what the check found."""
    return began_on <= promised_on and said == KEPT


def months_to_come(day: date) -> Iterable[date]:
    """Yield the first days of the months in which a student could finish, from that of `day` on."""
    for ahead in range(MONTHS_AHEAD):
        years, month = divmod(day.month - 1 + ahead, 12)
        yield date(day.year + years, month + 1, 1)
