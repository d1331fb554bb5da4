"""What was tried to reach a student, and whether it is enough to give up. No Django import.

At least five different strategies over 15 school days is one district's written floor
(domain/mobility.md 3.3 [N]); taken over as a proposal of 2026-11-23, to be confirmed. Both numbers
stand here alone and are shown beside what they rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bascule.kernel.school_calendar import SchoolCalendar

KINDS = ("call", "message", "email", "letter", "visit", "relative")
"""The kinds of contacts that are attempts; a remark is none."""
KINDS_NEEDED, SCHOOL_DAYS_NEEDED = 5, 15


@dataclass(frozen=True)
class Attempts:
    """The kinds that were tried and those that were not, and over how many school days."""

    tried: tuple[str, ...]
    untried: tuple[str, ...]
    school_days: int
    kinds_needed: int = KINDS_NEEDED
    school_days_needed: int = SCHOOL_DAYS_NEEDED

    def next_kind(self, first: str = "") -> str:
        """Return the kind to try next: `first` of all, then as they stand; "" where all were."""
        return first if first and not self.tried else next(iter(self.untried), "")

    @property
    def is_enough(self) -> bool:
        """Whether nobody can say that too little was tried."""
        enough = len(self.tried) >= self.kinds_needed
        return enough and self.school_days >= self.school_days_needed


def weighed(contacts: Iterable[tuple[str, date]], day: date, calendar: SchoolCalendar) -> Attempts:
    """Return what `contacts`, each a kind and a day up to `day`, amount to on that day.

    School days are counted from the first attempt to `day`, both included.
    """
    attempts = [(kind, on) for kind, on in contacts if kind in KINDS and on <= day]
    kinds = {kind for kind, _ in attempts}
    first = min((on for _, on in attempts), default=None)
    return Attempts(
        tuple(kind for kind in KINDS if kind in kinds),
        tuple(kind for kind in KINDS if kind not in kinds),
        calendar.school_days_between(first, day) if first else 0,
    )
