"""What is true (spells) beside what is reported (claims), as columns.

One row per student, school and uninterrupted membership in one school year. `said_start` and
`said_end` are what the school reports: `OPEN` for no withdrawal yet, `MISSING` for a row never
sent, `BLANK` for a withdrawal row without its date. Codes are the numbers of the local codes
(33 for "33"), 0 for none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

OPEN, MISSING, BLANK = 1_000_000, 1_000_001, 1_000_002

_KINDS: dict[str, type] = {
    "student": np.int32,
    "school": np.int16,
    "grade": np.int8,
    "year": np.int16,
    "start": np.int32,
    "end": np.int32,
    "entry": np.int8,
    "exit": np.int8,
    "said_start": np.int32,
    "said_end": np.int32,
}


@dataclass
class Spells:
    """The columns of `_KINDS`, all of one length."""

    columns: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.columns["student"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def rows(self, places: np.ndarray) -> "Spells":
        """Return the rows at `places` (indices or a mask)."""
        return Spells({name: column[places] for name, column in self.columns.items()})


def spells_of(count: int, **values: np.ndarray | int) -> Spells:
    """Build `count` rows; what is reported equals what is true until `say` changes it."""
    columns: dict[str, np.ndarray] = {
        name: np.zeros(count, dtype=kind) for name, kind in _KINDS.items()
    }
    for name, column in values.items():
        columns[name][:] = column
    for said, true in (("said_start", "start"), ("said_end", "end")):
        if said not in values:
            columns[said][:] = columns[true]
    return Spells(columns)


def joined(parts: Sequence[Spells]) -> Spells:
    """Return all rows of the parts, in order."""
    return Spells({name: np.concatenate([part[name] for part in parts]) for name in _KINDS})
