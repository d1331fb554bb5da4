"""What is counted before and after a decision on a gap of the system. No Django import.

A gap is a pattern that no single case mends (domain/mobility.md 6.1 item 28; issue 3, section 3).
Its measure is how many tickets of its root cause were closed in 30 days: before, over up to 90 days
up to the decision, and after, over up to 90 days from the day after it on.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

VERSION = 1
MOST_DAYS, FEWEST_DAYS = 90, 30
"""Days that are looked at on either side, and that must be over before anything is told."""
PER = 30
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Window:
    """Days from `first` to `last`, both included, and how many tickets were closed on them."""

    first: date
    last: date
    count: int

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.last - self.first).days + 1

    @property
    def rate(self) -> Decimal | None:
        """Tickets in 30 days, half-up to a tenth; None of fewer than 30 days."""
        if self.days < FEWEST_DAYS:
            return None
        return (Decimal(self.count * PER) / self.days).quantize(TENTH, ROUND_HALF_UP)


def windows_of(decided_on: date, day: date) -> tuple[tuple[date, date], tuple[date, date] | None]:
    """Return the days before a decision and those after it up to `day`, None where none is over."""
    before = (decided_on - timedelta(days=MOST_DAYS - 1), decided_on)
    last = min(day, decided_on + timedelta(days=MOST_DAYS))
    return before, (decided_on + timedelta(days=1), last) if last > decided_on else None
