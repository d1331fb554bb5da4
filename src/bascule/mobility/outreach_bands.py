"""Whom to call first: three bands of an inactive student, each with the facts that put them there.

Reach (is there a way to the family), return (how near school still is) and finish (a diploma before
21), after domain/mobility.md 3.3 [?]; returns by grade 3.2 [P]. No score stands behind them. What
the district has not confirmed stands in LIMITS, dated, and is shown beside the bands; another value
is another version. Nothing restricted is read. No Django import.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bascule.kernel.wording import Counted, Sentence, Value
from bascule.mobility.eligibility import ASK, FAILS, PASSES, finishes
from bascule.mobility.eligibility import Facts as Weighed
from bascule.mobility.months import birthday_of, months_after
from bascule.mobility.placement import LAST_AGE, plain
from bascule.mobility.placement_facts import FIGURES

VERSION = 1
HIGH, MIDDLE, LOW, UNKNOWN = "high", "middle", "low", "unknown"
"""The bands; `unknown` is where a fact that rules is not reported, and never the same as low."""
BANDS = (HIGH, MIDDLE, LOW, UNKNOWN)
REACH, RETURN, FINISH, FLAGS = "reach", "comeback", "finish", "flags"
DIMENSIONS = (REACH, RETURN, FINISH)


@dataclass(frozen=True)
class Limits:
    """Where one band ends and the next begins, until the district confirms them.

    Days and weeks are of the calendar; `absent_share` is of the last `absence_days` school days.
    """

    since: date = date(2026, 11, 23)
    answer_holds_days: int = 60
    unanswered_attempts: int = 5
    weeks_soon: int = 8
    weeks_long: int = 52
    absence_days: int = 30
    absent_share: Decimal = Decimal("0.5")
    first_year_grade: str = "09"
    few_credits: Decimal = Decimal(4)
    due_process_age: int = 19


LIMITS = Limits()


@dataclass(frozen=True)
class Facts:
    """What is known of a student on `day`; None is not known, and never the same as nothing.

    `numbers` are different phone numbers on record of the family; `dead` are calls that found one
    out of service. `unanswered` are attempts that say so, since the last answer on `answered_on`.
    `absent` are days missed, halves included, of the last `sessions` school days before leaving.
    """

    day: date
    numbers: int
    dead: int = 0
    answered_on: date | None = None
    unanswered: int = 0
    left_on: date | None = None
    grade: str = ""
    absent: Decimal | None = None
    sessions: int = 0
    birth_on: date | None = None
    credits: Decimal | None = None


@dataclass(frozen=True)
class Banded:
    """One band and the facts that put the student there, in the order in which they were read."""

    band: str
    told: tuple[Sentence, ...]


def banded(facts: Facts) -> Mapping[str, Banded]:
    """Return the band of each dimension."""
    return {REACH: reach(facts), RETURN: comeback(facts), FINISH: finish(facts)}


def reach(facts: Facts) -> Banded:
    """Band how likely the family is reached: by the last answer, the numbers, and what failed."""
    told = (_numbers(facts), _answers(facts))
    if _answers_lately(facts):
        return Banded(HIGH, told)
    is_dead = facts.numbers <= facts.dead
    is_silent = facts.unanswered >= LIMITS.unanswered_attempts
    return Banded(LOW if is_dead or is_silent else MIDDLE, told)


def _answers_lately(facts: Facts) -> bool:
    answered = facts.answered_on
    return answered is not None and (facts.day - answered).days <= LIMITS.answer_holds_days


def _numbers(facts: Facts) -> Sentence:
    if not facts.numbers:
        return Sentence("No phone number is on record.")
    numbers = Counted("%(n)d phone number is on record", "%(n)d phone numbers are on record",
                      facts.numbers)  # fmt: skip
    if not facts.dead:
        return Sentence("%(numbers)s.", numbers=numbers)
    dead = Counted("%(n)d call found a dead number", "%(n)d calls found a dead number", facts.dead)
    return Sentence("%(numbers)s; %(dead)s.", numbers=numbers, dead=dead)


def _answers(facts: Facts) -> Sentence:
    tried = Counted("%(n)d attempt", "%(n)d attempts", facts.unanswered)
    if facts.answered_on is None and not facts.unanswered:
        return Sentence("Whether anybody answers is not known.")
    if facts.answered_on is None:
        return Sentence("Nobody has answered yet: %(tried)s.", tried=tried)
    if facts.unanswered:
        return Sentence("Somebody answered last on %(day)s; without an answer since: %(tried)s.",
                        day=facts.answered_on, tried=tried)  # fmt: skip
    return Sentence("Somebody answered last on %(day)s.", day=facts.answered_on)


def comeback(facts: Facts) -> Banded:
    """Band how near school still is: weeks away set it, absence lowers and grade 9 raises it."""
    if facts.left_on is None:
        return Banded(UNKNOWN, (Sentence("No day of leaving a school is reported."),))
    weeks = max((facts.day - facts.left_on).days, 0) // 7
    place = 0 if weeks <= LIMITS.weeks_soon else 1 if weeks <= LIMITS.weeks_long else 2
    place += _was_mostly_absent(facts) - (facts.grade == LIMITS.first_year_grade)
    away = Sentence("Left school on %(day)s: %(weeks)s.", day=facts.left_on,
                    weeks=Counted("%(n)d week away", "%(n)d weeks away", weeks))  # fmt: skip
    return Banded(BANDS[min(max(place, 0), 2)], (away, _absence(facts), *_grade(facts)))


def _was_mostly_absent(facts: Facts) -> bool:
    if facts.absent is None or not facts.sessions:
        return False
    return facts.absent >= LIMITS.absent_share * facts.sessions


def _absence(facts: Facts) -> Sentence:
    if facts.absent is None or not facts.sessions:
        return Sentence("Attendance before leaving is not known: it changes nothing.")
    values: dict[str, Value] = {"absent": plain(facts.absent), "sessions": facts.sessions}
    if _was_mostly_absent(facts):
        return Sentence("Missed %(absent)s of the last %(sessions)s school days: one band lower.",
                        **values)  # fmt: skip
    return Sentence("Missed %(absent)s of the last %(sessions)s school days.", **values)


def _grade(facts: Facts) -> tuple[Sentence, ...]:
    """Return that who left in grade 9 comes back most often, where this is so."""
    if facts.grade != LIMITS.first_year_grade:
        return ()
    return (Sentence("Left in grade 9, from which most come back: one band higher."),)


def finish(facts: Facts) -> Banded:
    """Band whether a diploma can come before 21: as the eligibility check of a transfer says it."""
    weighed = Weighed(facts.day, facts.birth_on, facts.credits, "", is_doubted=False, programs=())
    said = finishes(weighed)
    bands = {PASSES: HIGH, ASK: MIDDLE, FAILS: LOW}
    return Banded(bands.get(said.verdict, UNKNOWN), (said.told,))


def flagged(facts: Facts) -> tuple[Sentence, ...]:
    """Return what sets a student apart whatever the bands are: birthdays ahead, few credits left.

    From 19 on, whoever cannot finish before 21 is denied only after due process (105 ILCS
    5/26-2(b)).
    """
    return (*_birthdays(facts), *_few_left(facts))


def _birthdays(facts: Facts) -> tuple[Sentence, ...]:
    if facts.birth_on is None:
        return ()
    due_process = birthday_of(facts.birth_on, LIMITS.due_process_age)
    last = birthday_of(facts.birth_on, LAST_AGE)
    told = (
        (due_process, Sentence("Turns 19 on %(day)s: from then on a denial for age needs due"
                               " process.", day=due_process)),
        (last, Sentence("Turns 21 on %(day)s: no more than a year is left.", day=last)),
    )  # fmt: skip
    ahead = months_after(facts.day, 12)
    return tuple(sentence for day, sentence in told if facts.day < day <= ahead)


def _few_left(facts: Facts) -> tuple[Sentence, ...]:
    if facts.credits is None:
        return ()
    left = FIGURES.credits_to_graduate - facts.credits
    if not 0 < left <= LIMITS.few_credits:
        return ()
    return (Sentence("Only %(left)s credits are left to the diploma.", left=plain(left)),)
