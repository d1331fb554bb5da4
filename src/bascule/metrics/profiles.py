"""Each authority's mobility rates as one versioned parameter set (domain/mobility.md 2.1).

The pipeline that reads them is `metrics.tallies`; how boundaries are read, and why, is ADR 10
(all), 11 (Massachusetts) and 12 (DC). Another parameter value means another version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bascule.roster.codes import EntryKind, ExitKind

DISTRICT_MINIMUM = 10  # whatever an authority tolerates, this district shows no smaller count


class CountDay(StrEnum):
    """Where the window opens, and whose membership a count-day base is."""

    FIRST_DAY = "first day in session"
    OCTOBER_1 = "1 October"
    OCTOBER_5 = "5 October"
    FIRST_SCHOOL_DAY_OF_OCTOBER = "first school day of October"
    FIRST_TUESDAY_OF_OCTOBER = "first Tuesday of October"


class WindowEnd(StrEnum):
    """Where the window closes."""

    LAST_DAY = "last day in session"
    MAY_1 = "1 May"


class Base(StrEnum):
    """Who is in the denominator."""

    EVER = "in membership at any time of the year"
    WINDOW = "in membership at any time of the window"
    COUNT_DAY = "in membership on the count day"


class Counts(StrEnum):
    """What one student adds to the numerator."""

    MOVERS = "1 with any entry or exit"
    MOVES = "every entry and every exit"
    ENTRANTS = "1 if first enrolled after the count day"
    ENTRIES = "every entry"
    EXITS = "every exit"
    STAYERS = "1 if there from the count day to the end, or graduated"
    SHORT_MEMBERS = "1 with less than the required share of the days taught"
    LONG_RUNS = "1 with the required calendar days in a row"
    NO_LONG_RUN = "1 without the required calendar days in a row"


@dataclass(frozen=True)
class Definition:
    """One measure under one profile: the authority's own name, numerator and denominator."""

    title: str
    counts: Counts
    base: Base

    @property
    def counts_most(self) -> bool:
        """Whether nearly everybody is counted, so that the question is who is not."""
        return self.counts in (Counts.STAYERS, Counts.LONG_RUNS)


class UndefinedMeasureError(ValueError):
    """The authority does not define the measure asked for; the message lists what it does."""


PROGRESSION = (
    ExitKind.YEAR_END,
    ExitKind.PROMOTION,
    ExitKind.GRADUATED,
    ExitKind.COMPLETED,
)
GRADES_1_TO_12 = tuple(str(grade) for grade in range(1, 13))
GRADES_K_TO_12 = ("K", *GRADES_1_TO_12)
ALL_GRADES = ("PK", *GRADES_K_TO_12)
TRANSFERS = (ExitKind.TRANSFER_WITHIN, ExitKind.TRANSFER_OUT, ExitKind.HOME_SCHOOL)


@dataclass(frozen=True)
class Profile:
    """An authority's parameters.

    `counted_exits` and `counted_entries` name kinds; an empty tuple means every kind except
    `ignored_exits`. `early_exits` says whether exits before the count day count too.
    """

    key: str
    version: int
    name: str
    count_day: CountDay
    definitions: Mapping[str, Definition]
    window_end: WindowEnd = WindowEnd.LAST_DAY
    grades: tuple[str, ...] = ALL_GRADES
    ignored_gap_days: int = 0
    collections: tuple[tuple[int, int], ...] = ()
    bridged_exits: tuple[ExitKind, ...] = ()
    counted_exits: tuple[ExitKind, ...] = ()
    ignored_exits: tuple[ExitKind, ...] = (*PROGRESSION, ExitKind.DIED, ExitKind.ADMINISTRATIVE)
    counted_entries: tuple[EntryKind, ...] = ()
    early_exits: bool = False
    staying_exits: tuple[ExitKind, ...] = PROGRESSION
    membership_percent: int = 83
    consecutive_days: int = 245
    suppress_below: int = 10
    places: int = 1
    source: str = field(default="domain/mobility.md 2.1", compare=False)

    def definition(self, key: str) -> Definition:
        """Return how this authority defines measure `key`; UndefinedMeasureError if not at all."""
        if key not in self.definitions:
            known = ", ".join(sorted(self.definitions))
            raise UndefinedMeasureError(f"{self.name} does not define {key}; it defines {known}")
        return self.definitions[key]


ILLINOIS = Profile(
    key="il",
    version=1,
    name="Illinois",
    count_day=CountDay.FIRST_SCHOOL_DAY_OF_OCTOBER,
    definitions={"mobility": Definition("Student mobility rate", Counts.MOVERS, Base.WINDOW)},
    counted_exits=TRANSFERS,
    counted_entries=(EntryKind.TRANSFER_WITHIN, EntryKind.TRANSFER_IN),
)

COLORADO = Profile(
    key="co",
    version=1,
    name="Colorado",
    count_day=CountDay.OCTOBER_1,
    definitions={
        "mobility": Definition("Student mobility rate", Counts.MOVERS, Base.WINDOW),
        "incidence": Definition("Mobility incidence rate", Counts.MOVES, Base.WINDOW),
        "stability": Definition("Stability rate", Counts.STAYERS, Base.WINDOW),
    },
    grades=GRADES_K_TO_12,
    ignored_gap_days=10,
)

_MA_CHURN = Definition("Churn rate", Counts.MOVERS, Base.EVER)
MASSACHUSETTS = Profile(
    key="ma",
    version=1,
    name="Massachusetts",
    count_day=CountDay.OCTOBER_1,
    definitions={
        "mobility": _MA_CHURN,
        "churn": _MA_CHURN,
        "intake": Definition("Intake rate", Counts.ENTRANTS, Base.EVER),
        "stability": Definition("Stability rate", Counts.STAYERS, Base.COUNT_DAY),
    },
    collections=((10, 1), (3, 1)),
    counted_exits=TRANSFERS,
    early_exits=True,
    suppress_below=6,
    source="domain/mobility.md 2.1; ADR 11",
)

_GA_CHURN = Definition("Churn rate", Counts.MOVES, Base.COUNT_DAY)
GEORGIA = Profile(
    key="ga",
    version=1,
    name="Georgia",
    count_day=CountDay.FIRST_TUESDAY_OF_OCTOBER,
    definitions={"mobility": _GA_CHURN, "churn": _GA_CHURN, "incidence": _GA_CHURN},
    window_end=WindowEnd.MAY_1,
    ignored_gap_days=6,
)

TEXAS = Profile(
    key="tx",
    version=1,
    name="Texas",
    count_day=CountDay.FIRST_DAY,
    definitions={"mobility": Definition("Mobility rate", Counts.SHORT_MEMBERS, Base.EVER)},
    grades=GRADES_1_TO_12,
)

CALIFORNIA = Profile(
    key="ca",
    version=1,
    name="California",
    count_day=CountDay.FIRST_DAY,
    definitions={
        "mobility": Definition("Non-stability rate", Counts.NO_LONG_RUN, Base.EVER),
        "stability": Definition("Stability rate", Counts.LONG_RUNS, Base.EVER),
    },
    grades=GRADES_K_TO_12,
    suppress_below=11,
)

_DC_BOTH = Definition("Mid-year entries and exits", Counts.MOVES, Base.COUNT_DAY)
DISTRICT_OF_COLUMBIA = Profile(
    key="dc",
    version=1,
    name="District of Columbia",
    count_day=CountDay.OCTOBER_5,
    definitions={
        "mobility": _DC_BOTH,
        "churn": _DC_BOTH,
        "incidence": _DC_BOTH,
        "intake": Definition("Mid-year entries", Counts.ENTRIES, Base.COUNT_DAY),
        "exits": Definition("Mid-year exits", Counts.EXITS, Base.COUNT_DAY),
    },
    bridged_exits=(ExitKind.INSTITUTION,),
    ignored_exits=(*PROGRESSION, ExitKind.DIED, ExitKind.ADMINISTRATIVE, ExitKind.INSTITUTION),
    source="domain/mobility.md 2.1; ADR 12",
)

PROFILES = {
    profile.key: profile
    for profile in (
        ILLINOIS,
        COLORADO,
        MASSACHUSETTS,
        GEORGIA,
        TEXAS,
        CALIFORNIA,
        DISTRICT_OF_COLUMBIA,
    )
}
