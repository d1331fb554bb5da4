"""What is planted, under which name, how often: troubles that must fire, near misses that must not.

The manifest is written from these plants alone. Terms: domain/mobility.md 1.4, 1.6 and 6.1
(items 14 to 17 and 20). Lists are kept as columns until the end, when `rows` turns them to text.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from bascule.ops.generator.population import NOWHERE


class Kind(StrEnum):
    """The kinds of the manifest."""

    OVERLAP = "overlap"
    GAP = "enrollment_gap"
    DROP_AND_RETURN = "drop_and_return"
    LOOK_ALIKE = "look_alike"
    UNPROVEN = "unproven_transfer"
    MISSING_DATE = "missing_date"
    NO_SHOW = "did_not_arrive"
    HIGHLY_MOBILE = "highly_mobile"
    IMPOSSIBLE = "impossible_row"


@dataclass(frozen=True)
class Shares:
    """How often each plant is made; shares of the moves inside the district unless said."""

    chained: float = 0.12
    gap: float = 0.08
    gap_of_the_limit: float = 0.04
    overlap: float = 0.06
    back_to_back: float = 0.02
    wrong_code: float = 0.22
    second_record: float = 0.012
    one_move: float = 0.04
    day_one_move: float = 0.25  # of the moves of September
    drop_and_return: float = 0.05  # of the exits
    late_return: float = 0.017  # of the exits
    no_show: float = 0.0025  # of all students
    twins: float = 0.0006  # of new students
    missing_date: float = 0.0006  # of all spells
    impossible: float = 0.00002  # of all spells
    comes_back: float = 0.12  # a year, of those who left for another district in three years
    nowhere: float = 1.0  # of the exits without another school; the others leave the district


SMALL_DISTRICT = 30_000


def shares_for(students: int) -> Shares:
    """Return how often to plant: a small district gets more, so that every kind is there.

    Only fewer of its students leave for nowhere: what five specialists can follow up.
    """
    if students >= SMALL_DISTRICT:
        return Shares()
    return Shares(
        nowhere=0.17, gap=0.08, gap_of_the_limit=0.06, overlap=0.04, back_to_back=0.04,
        second_record=0.04, drop_and_return=0.07, late_return=0.025, no_show=0.003, twins=0.002,
        missing_date=0.0012, impossible=0.0002, day_one_move=0.5,
    )  # fmt: skip


@dataclass
class Plants:
    """Columns of planted rows, collected part by part."""

    parts: list[dict[str, np.ndarray]] = field(default_factory=list)
    kinds: list[tuple[Kind, bool, str]] = field(default_factory=list)

    def note(
        self,
        kind: Kind,
        student: np.ndarray,
        school: np.ndarray,
        began_on: np.ndarray,
        *,
        fires: bool,
        detail: str,
        other_school: np.ndarray | None = None,
        other_student: np.ndarray | None = None,
    ) -> None:
        """Record one plant per entry; `began_on` in days since 1970-01-01."""
        nobody = np.full(len(student), NOWHERE)
        self.kinds.append((kind, fires, detail))
        self.parts.append(
            {
                "student": student,
                "school": school,
                "other_school": nobody if other_school is None else other_school,
                "other_student": nobody if other_student is None else other_student,
                "began_on": began_on,
            }
        )

    def count(self, *, fires: bool) -> int:
        """Count the plants that fire, or the near misses."""
        pairs = zip(self.kinds, self.parts, strict=True)
        return sum(len(part["student"]) for kind, part in pairs if kind[1] == fires)

    def drop_contradicted(self) -> None:
        """Forget near misses of students for whom the same kind fires at another time."""
        firing: dict[Kind, list[np.ndarray]] = {}
        for (kind, fires, _), part in zip(self.kinds, self.parts, strict=True):
            if fires:
                firing.setdefault(kind, []).append(part["student"])
        known = {kind: np.concatenate(students) for kind, students in firing.items()}
        for place, (kind, fires, _) in enumerate(self.kinds):
            if not fires and kind in known:
                part = self.parts[place]
                kept = np.isin(part["student"], known[kind], invert=True)
                self.parts[place] = {name: column[kept] for name, column in part.items()}
