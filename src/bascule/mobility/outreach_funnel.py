"""From found to diploma: how many inactive students of a school year came how far.

A step is counted of those who could take it: who is back for 20 days neither stayed 30 nor left,
and of whom no marks are told it is not known whether credit was earned. Published figures of other
places stand beside, with place and year (domain/mobility.md 3.2 [P], [N], 6.1 item 21). No Django
import.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bascule.metrics.suppression import Rule, protect
from bascule.metrics.tables import Cell, Publication, Sum

VERSION = 1
FEWEST = 10
"""The smallest count that is shown to who may not open the rows."""
RACE, ENGLISH_LEARNER = "race", "el"
CUTS = {
    RACE: ("hispanic", "black", "white", "asian", "two_or_more", "american_indian",
           "pacific_islander", "unknown"),
    ENGLISH_LEARNER: ("yes", "no", "unknown"),
}  # fmt: skip
"""The groups of each cut by month; that a student is in the second is itself restricted."""
STAYS = (30, 90, 180)


@dataclass(frozen=True)
class Published:
    """A figure of another place, in percent, with where and when it was counted."""

    percent: Decimal
    where: str


@dataclass(frozen=True)
class Step:
    """One step: its count, and the count that it is a share of; "" where it is of nothing."""

    key: str
    title: str
    of: str = ""
    of_title: str = ""
    published: Published | None = None


PLACED = "placed"
NETWORK_2016 = "20 programs of the national re-engagement network, 2015–16"
STEPS = (
    Step("found", "Found: enrolled nowhere"),
    Step("contacted", "Contacted: an attempt is noted", "found", "of those found"),
    Step("intake", "Intake agreed", "contacted", "of those contacted",
         Published(Decimal("50.2"), NETWORK_2016)),
    Step(PLACED, "Enrolled again", "intake", "of those with an intake",
         Published(Decimal("51.0"), NETWORK_2016)),
    Step("stayed_30", "Still enrolled 30 days later", "due_30", "of those back for as long"),
    Step("stayed_90", "Still enrolled 90 days later", "due_90", "of those back for as long"),
    Step("stayed_180", "Still enrolled 180 days later", "due_180", "of those back for as long",
         Published(Decimal(70), "the national network, 2014: finished or went on with the year")),
    Step("credit", "Earned credit since", "marked", "of those whose marks are known"),
    Step("diploma", "Diploma so far", PLACED, "of those enrolled again",
         Published(Decimal("23.3"), "Boston, 2006 to 2015: 655 diplomas of 2,814")),
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    """How far one case has come. `stayed` are, for 30, 90 and 180 days, whether the student was
    enrolled then; None where the day has not come or nobody is back. `credit` is None if unknown.
    """

    month: date
    contacted: bool
    intake: bool
    placed: bool
    stayed: tuple[bool | None, bool | None, bool | None]
    credit: bool | None
    diploma: bool
    race: str
    el: str


@dataclass(frozen=True)
class Tally:
    """What one count is of: a month or the year (None), of a group of a cut or of all ("")."""

    month: date | None
    cut: str
    group: str
    key: str


def counts(paths: Iterable[Path]) -> Counter[Tally]:
    """Count the year whole by step, and each month and group by found, contacted and enrolled."""
    found: Counter[Tally] = Counter()
    for path in paths:
        found.update(Tally(None, "", "", key) for key in _taken(path))
        places = [("", ""), *((cut, getattr(path, cut)) for cut in CUTS)]
        for cut, group in places:
            months = (path.month, None) if cut else (path.month,)
            found.update(Tally(month, cut, group, key)
                         for month in months for key in _monthly(path))  # fmt: skip
    return found


def _taken(path: Path) -> Iterator[str]:
    """Yield what a case counts in, of the whole year; its complements too."""
    yield from _monthly(path)
    if path.contacted:
        yield "intake" if path.intake else "no_intake"
    if path.intake:
        yield from () if path.placed else ("not_placed",)
    if path.placed:
        yield from _since(path)


def _since(path: Path) -> Iterator[str]:
    for days, stayed in zip(STAYS, path.stayed, strict=True):
        yield f"early_{days}" if stayed is None else f"due_{days}"
        if stayed is not None:
            yield f"stayed_{days}" if stayed else f"left_{days}"
    yield "unmarked" if path.credit is None else "marked"
    if path.credit is not None:
        yield "credit" if path.credit else "no_credit"
    yield "diploma" if path.diploma else "no_diploma"


def _monthly(path: Path) -> Iterator[str]:
    yield "found"
    yield "contacted" if path.contacted else "uncontacted"
    if path.contacted:
        yield PLACED if path.placed else "unplaced"


SPLITS = (
    ("found", "contacted", "uncontacted"), ("contacted", PLACED, "unplaced"),
)  # fmt: skip
YEAR_SPLITS = (
    ("contacted", "intake", "no_intake"), ("intake", PLACED, "not_placed"),
    ("unplaced", "no_intake", "not_placed"),
    *((PLACED, f"due_{days}", f"early_{days}") for days in STAYS),
    *((f"due_{days}", f"stayed_{days}", f"left_{days}") for days in STAYS),
    (PLACED, "marked", "unmarked"), ("marked", "credit", "no_credit"),
    (PLACED, "diploma", "no_diploma"),
)  # fmt: skip
MONTHLY = ("found", "contacted", "uncontacted", PLACED, "unplaced")


def hidden(found: Counter[Tally]) -> frozenset[Cell]:
    """Return the counts to hide from who may not open the rows, until the auditor finds nothing.

    Who is an English learner stays hidden from those, too, who see every other count.
    """
    rule = Rule(below=FEWEST)
    whole = publication(found, tuple(CUTS))
    chosen = protect(whole, rule).hidden
    learners = publication(found, (ENGLISH_LEARNER,))
    known = {cell for cell in learners.values if _cut(cell) != ENGLISH_LEARNER}
    secret = set(learners.values) - known
    small = {cell for cell in secret if learners.values[cell] < FEWEST}
    try:
        return chosen | protect(learners, rule, primary=small, public=known).hidden
    except RuntimeError:  # the totals alone tell too much: nothing of this cut is shown
        return chosen | secret


def _cut(cell: Cell) -> str:
    return cell.cut if isinstance(cell, Tally) else ""


def publication(found: Counter[Tally], cuts: tuple[str, ...]) -> Publication:
    """Return the counts with every sum that ties them: steps, groups and months."""
    months = sorted({each.month for each in found if each.month})
    sums = [*_splits(None, "", "", (*SPLITS, *YEAR_SPLITS))]
    for month in months:
        sums += _splits(month, "", "", SPLITS)
    sums += [_over(key, "", "", months) for key in MONTHLY if months]
    for cut in cuts:
        for group in CUTS[cut]:
            sums += [
                each for month in (*months, None) for each in _splits(month, cut, group, SPLITS)
            ]
            sums += [_over(key, cut, group, months) for key in MONTHLY if months]
        sums += [
            Sum(Tally(month, "", "", key),
                tuple(Tally(month, cut, group, key) for group in CUTS[cut]))
            for month in (*months, None) for key in MONTHLY
        ]  # fmt: skip
    cells = dict.fromkeys(cell for each in sums for cell in (each.total, *each.parts))
    values: dict[Cell, int] = {cell: found[cell] for cell in cells if isinstance(cell, Tally)}
    return Publication(values, tuple(sums))


def _splits(
    month: date | None, cut: str, group: str, splits: Iterable[tuple[str, str, str]]
) -> Iterator[Sum]:
    for total, *parts in splits:
        cells = tuple(Tally(month, cut, group, part) for part in parts)
        yield Sum(Tally(month, cut, group, total), cells)


def _over(key: str, cut: str, group: str, months: Iterable[date]) -> Sum:
    """Return the sum of a count over the months."""
    parts = tuple(Tally(month, cut, group, key) for month in months)
    return Sum(Tally(None, cut, group, key), parts)
