"""The definition switchboard: one unit under every authority, and the students who flip.

It ends arguments on "whose mobility" (domain/mobility.md 6.2): the same students, seven rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bascule.metrics.figures import Figure, Rows


@dataclass(frozen=True)
class Position:
    """One authority's answer: its own title, its figure (None: nobody to count) and its rows."""

    profile: str
    title: str
    figure: Figure | None
    rows: Rows


@dataclass(frozen=True)
class Switchboard:
    """All positions for one unit, and who is counted under some of them but not under all.

    `flips` gives each such student the keys of the profiles that count the student.
    """

    positions: tuple[Position, ...]
    flips: Mapping[int, tuple[str, ...]]


def switchboard(positions: Sequence[Position]) -> Switchboard:
    """Compare the positions; a student whom every profile counts, or none, does not flip."""
    counted: dict[int, list[str]] = {}
    for position in positions:
        for student in sorted(set(position.rows.numerator)):
            counted.setdefault(student, []).append(position.profile)
    flips = {
        student: tuple(profiles)
        for student, profiles in sorted(counted.items())
        if len(profiles) < len(positions)
    }
    return Switchboard(tuple(positions), flips)
