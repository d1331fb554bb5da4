"""One in five of the newly found is drawn by lot: who comes first, and what is tried first.

Nothing is withheld (ADR 0102): every student is owed the same kinds of attempts in the same time.
Drawn students come first on the list, whatever their bands, and one kind, drawn too, is proposed
first. So what either does is known from students who differ by the lot alone. No Django import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from math import sqrt

import numpy as np

from bascule.matching.futures import wilson
from bascule.metrics.rounding import percent

VERSION = 1
SHARE = 20
"""How many of a hundred are drawn (domain/mobility.md 3.3 [?]): a proposal of 2026-11-23."""
USUAL = "call"
FIRST_KINDS = (USUAL, "message", "visit")
"""What may be proposed first, each as often; the first is what is proposed to everybody else."""
WITHIN = timedelta(days=30)
"""By when an intake counts as reached, from the opening of the case."""


def drawn_kind(seed: int, case: str) -> str:
    """Return what is to be tried first for a case, "" for one that is not drawn.

    The lot is SHA-256(seed | case): the same seed gives the same, whoever else takes part.
    """
    digest = sha256(f"{seed}|{case}".encode()).digest()
    if int.from_bytes(digest[:8]) % 100 >= SHARE:
        return ""
    return FIRST_KINDS[int.from_bytes(digest[8:16]) % len(FIRST_KINDS)]


@dataclass(frozen=True)
class Drawn:
    """One case that took part: `kind` as drawn ("" if not), and what became of it, if anything."""

    kind: str
    opened_at: datetime
    intake_at: datetime | None
    first_tried: str

    @property
    def is_reached(self) -> bool:
        """Whether an intake was agreed in time."""
        return self.intake_at is not None and self.intake_at - self.opened_at <= WITHIN


@dataclass(frozen=True)
class Difference:
    """By how many points of a hundred one share is above another, with its 95 % interval."""

    points: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_open(self) -> bool:
        """Whether the interval holds none: no difference is shown."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Arm:
    """Those for whom the same was drawn: due, reached of them, and of whom it was tried first.

    `waiting` are those whose time is not over, who count neither way.
    """

    key: str
    due: int
    reached: int
    as_drawn: int
    waiting: int
    difference: Difference | None

    @property
    def percent(self) -> Decimal | None:
        """The share reached, in percent; None of nobody."""
        return percent(self.reached, self.due) if self.due else None


ALL_DRAWN, NOT_DRAWN = "drawn", "rest"


def order_arms(rows: Iterable[Drawn], at: datetime) -> list[Arm]:
    """Compare who was drawn to come first with who was not."""
    kept = list(rows)
    rest = _arm(NOT_DRAWN, [each for each in kept if not each.kind], at)
    return [rest, _arm(ALL_DRAWN, [each for each in kept if each.kind], at, rest)]


def kind_arms(rows: Iterable[Drawn], at: datetime) -> list[Arm]:
    """Compare, among the drawn, each kind that was to be tried first with the usual one."""
    kept = list(rows)
    usual = _arm(USUAL, [each for each in kept if each.kind == USUAL], at)
    others = [
        _arm(kind, [each for each in kept if each.kind == kind], at, usual)
        for kind in FIRST_KINDS[1:]
    ]
    return [usual, *others]


def _arm(key: str, rows: list[Drawn], at: datetime, beside: Arm | None = None) -> Arm:
    """Count an arm by what was drawn, not by what was done: only the lot is fair."""
    due = [each for each in rows if each.opened_at + WITHIN <= at]
    reached = sum(each.is_reached for each in due)
    as_drawn = sum(bool(each.kind) and each.first_tried == each.kind for each in due)
    both = beside is not None and beside.due and due
    found = difference(reached, len(due), beside.reached, beside.due) if beside and both else None
    return Arm(key, len(due), reached, as_drawn, len(rows) - len(due), found)


def difference(count: int, of: int, other: int, other_of: int) -> Difference:
    """Return count/of less other/other_of with Newcombe's interval (1998, method 10), 95 %."""
    share, low, high = _share(count, of)
    beside, beside_low, beside_high = _share(other, other_of)
    middle = share - beside
    least = middle - sqrt((share - low) ** 2 + (beside_high - beside) ** 2)
    most = middle + sqrt((high - share) ** 2 + (beside - beside_low) ** 2)
    return Difference(_points(middle), _points(least), _points(most))


def _share(count: int, of: int) -> tuple[float, float, float]:
    low, high = wilson(np.array([count]), of)
    return count / of, float(low[0]), float(high[0])


def _points(share: float) -> Decimal:
    """Return a share as points of a hundred, to a tenth, half away from none."""
    tenths = percent(round(abs(share) * 10**9), 10**9)
    return -tenths if share < 0 else tenths
