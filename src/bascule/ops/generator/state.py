"""What one run of the generator carries from year to year."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from bascule.ops.generator.calendar import SchoolYear
from bascule.ops.generator.plants import Plants, Shares
from bascule.ops.generator.population import Population, day_number
from bascule.ops.generator.schools import Schools


@dataclass
class District:
    """The schools, everybody who was ever there, what was planted, and the one random source."""

    schools: Schools
    seats: np.ndarray
    as_of: int
    rng: np.random.Generator
    shares: Shares = field(default_factory=Shares)
    people: Population = field(default_factory=Population)
    plants: Plants = field(default_factory=Plants)


@dataclass(frozen=True)
class Term:
    """One school year in day numbers: `days` in session and the place of 1 October in it."""

    year: int
    days: np.ndarray
    october: int
    semester_end: int
    as_of: int

    @property
    def first(self) -> int:
        """The first day in session."""
        return int(self.days[0])

    @property
    def last(self) -> int:
        """The last day in session."""
        return int(self.days[-1])

    @property
    def is_over(self) -> bool:
        """Say whether the year's last day lies on or before the as-of day."""
        return self.last <= self.as_of

    @property
    def seen(self) -> int:
        """How many of the days in session lie on or before the as-of day."""
        return int(np.searchsorted(self.days, self.as_of, side="right"))

    def place_of(self, day: int | np.ndarray) -> np.ndarray:
        """Return the place of the first day in session on or after `day`."""
        return np.searchsorted(self.days, day)


def term_of(calendar: SchoolYear, as_of: int) -> Term:
    """Turn a calendar into day numbers."""
    days = np.array([day_number(day) for day in calendar.days], dtype=np.int32)
    october = int(np.searchsorted(days, day_number(date(calendar.year - 1, 10, 1))))
    return Term(calendar.year, days, october, day_number(calendar.semester_ends_on), as_of)


@dataclass
class Roster:
    """Who starts a school year: one entry per student, with the entry code; and who is expected
    on the first day but never comes (`missing_*`)."""

    student: np.ndarray
    entry: np.ndarray
    missing_student: np.ndarray
    missing_school: np.ndarray
    missing_grade: np.ndarray
