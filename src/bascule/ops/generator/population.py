"""Every student who was ever in the district, as columns, and where each of them is now.

A student is a place in the columns. Days are whole days since 1970-01-01 (numpy's epoch), so
that a span is a subtraction; `NEVER` stands before every real day.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.schools import Schools

NEVER = -100_000
NOWHERE = -1
MONTH_DAYS = 30

_START: dict[str, tuple[type, float]] = {
    "born": (np.int32, 0),
    "sex": (np.int8, 0),
    "race": (np.int8, 0),
    "home": (np.int16, 0),
    "ability": (np.float32, 0.5),
    "truancy": (np.float32, 0.5),
    "twin_of": (np.int32, NOWHERE),
    "record_of": (np.int32, NOWHERE),
    "school": (np.int16, NOWHERE),
    "grade": (np.int8, 0),
    "left_from": (np.int16, NOWHERE),
    "left_code": (np.int8, 0),
    "left_on": (np.int32, NEVER),
    "changed": (np.int32, NEVER),
    "changed_before": (np.int32, NEVER),
    "moved": (np.int32, NEVER),
    "moved_before": (np.int32, NEVER),
    "troubled": (np.bool_, False),
}


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to `day`."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _empty_columns() -> dict[str, np.ndarray]:
    """Return the columns of nobody."""
    return {name: np.empty(0, dtype=kind) for name, (kind, _) in _START.items()}


@dataclass
class Population:
    """Columns by name; `changed` and `changed_before` are the last two days of any change of
    school, in or out of the district, and `moved`, `moved_before` those inside it."""

    columns: dict[str, np.ndarray] = field(default_factory=_empty_columns)

    def __len__(self) -> int:
        return len(self.columns["born"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def add(self, count: int, **values: np.ndarray) -> np.ndarray:
        """Add `count` students with the given columns and return their places."""
        first = len(self)
        for name, (kind, default) in _START.items():
            fresh: np.ndarray = np.full(count, default, dtype=kind)
            if name in values:
                fresh[:] = values[name]
            self.columns[name] = np.concatenate([self.columns[name], fresh])
        return np.arange(first, first + count)

    def enrolled(self) -> np.ndarray:
        """Return the places of the students who have a school now."""
        return np.flatnonzero(self["school"] != NOWHERE)

    def place(self, who: np.ndarray, school: np.ndarray, grade: np.ndarray) -> None:
        """Put students into schools and grades."""
        self["school"][who] = school
        self["grade"][who] = grade

    def remove(self, who: np.ndarray, code: np.ndarray, on: np.ndarray) -> None:
        """Take students out of their schools with an exit code (as a number) on a day."""
        self["left_from"][who] = self["school"][who]
        self["school"][who] = NOWHERE
        self["left_code"][who] = code
        self["left_on"][who] = on

    def note_change(self, who: np.ndarray, on: np.ndarray, *, is_move: bool) -> None:
        """Remember a change of school; `is_move` when both schools are the district's."""
        self["changed_before"][who] = self["changed"][who]
        self["changed"][who] = on
        if is_move:
            self["moved_before"][who] = self["moved"][who]
            self["moved"][who] = on


def create_students(
    people: Population,
    schools: Schools,
    school: np.ndarray,
    grade: np.ndarray,
    year: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Add one student per entry of `school` and `grade`, who start in the year ending in `year`."""
    count = len(school)
    return people.add(
        count,
        born=birth_days(grade, schools.is_options[school], year, rng),
        sex=(rng.random(count) < 0.5),
        race=_draw_race(schools.race[school], rng),
        home=school,
        ability=rng.random(count, dtype=np.float32),
        truancy=rng.random(count, dtype=np.float32),
        school=school,
        grade=grade,
    )


def birth_days(
    grade: np.ndarray, at_options: np.ndarray, year: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw birth days: age at 1 September is grade + 4, some older in high school.

    One in ten high school students is a year over age, at Options schools two in three are one
    or two years; nobody turns 21 within the year.
    """
    count = len(grade)
    years_over = np.zeros(count, dtype=np.int64)
    years_over[(grade >= grades.GRADE_9) & (rng.random(count) < 0.10)] = 1
    years_over[at_options] = rng.integers(0, 3, count)[at_options]
    years_over = np.minimum(years_over, 15 - grade)
    turned = np.array([day_number(date(year - 1 - age, 9, 1)) for age in range(24)])
    return turned[grade + 4 + years_over] - rng.integers(0, 365, count)


def _draw_race(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one race per row of shares (rows sum to 1)."""
    edges = shares.cumsum(axis=1)[:, :-1]
    return (rng.random(len(shares))[:, None] >= edges).sum(axis=1)
