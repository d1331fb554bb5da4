"""What a workflow is: states with clocks, steps with grounds and asks. Validated at start.

No Django import: a workflow is data. What is wrong with one is said by `soundness`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bascule.kernel.refusal import Refusal
from bascule.kernel.school_calendar import SchoolCalendar

_WITHIN = re.compile(r"^([1-9]\d*) (school days?|business hours?|hours?|days?)$")
_UNTIL = re.compile(r"^until ([A-Z][a-z]+) ([1-9]\d?)$")
_SAME_DAY = "the same school day"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


@dataclass(frozen=True)
class Within:
    """A clock: so many school days, business hours, hours or calendar days; or a day of the year.

    For a day of the year, `unit` is its month and `count` its day. The same school day is that
    which is not over yet, or the next.
    """

    count: int
    unit: str

    @staticmethod
    def is_readable(words: str) -> bool:
        """Say whether `words` are a clock."""
        return words == _SAME_DAY or bool(_WITHIN.fullmatch(words)) or _yearly(words) is not None

    @classmethod
    def parse(cls, words: str) -> "Within":
        """Read "2 school days", "48 business hours", "24 hours", "10 days", "until July 31".

        Or "the same school day". Raises ValueError for other words.
        """
        if words == _SAME_DAY:
            return cls(0, words)
        if yearly := _yearly(words):
            return cls(yearly.day, _MONTHS[yearly.month - 1])
        match = _WITHIN.fullmatch(words)
        if not match:
            raise ValueError(f"a clock reads like '2 school days', not {words!r}")
        return cls(int(match[1]), match[2].removesuffix("s"))

    def due_at(self, start: datetime, calendar: SchoolCalendar) -> datetime:
        """Return when the clock that starts at `start` runs out."""
        local = start.astimezone(calendar.zone)
        if self.unit == _SAME_DAY:
            day = local.date()
            is_open = calendar.is_school_day(day) and start < calendar.end_of(day)
            return calendar.end_of(day if is_open else calendar.school_days_after(day, 1))
        if self.unit == "school day":
            return calendar.end_of(calendar.school_days_after(local.date(), self.count))
        if self.unit == "business hour":
            return calendar.after_business_hours(start, self.count)
        if self.unit == "hour":
            return start + timedelta(hours=self.count)
        if self.unit in _MONTHS:
            month = _MONTHS.index(self.unit) + 1
            is_over = (month, self.count) < (local.month, local.day)
            return calendar.end_of(date(local.year + is_over, month, self.count))
        return calendar.end_of(local.date() + timedelta(days=self.count))


def _yearly(words: str) -> date | None:
    """Return the day of "until July 31" in a year of 365 days; None for what every year lacks."""
    until = _UNTIL.fullmatch(words)
    try:
        return date(2001, _MONTHS.index(until[1]) + 1, int(until[2])) if until else None
    except ValueError:
        return None


@dataclass(frozen=True)
class State:
    """Where a case can stand. Every state that is not an end has a clock, in words.

    An end may say within which time the roster must agree (`agrees_within`): a finding that is
    still there after that opens a case again. Without it, what was closed stays closed.
    """

    key: str
    title: str = ""
    within: str = ""
    starts: bool = False
    ends: bool = False
    held: bool = False
    agrees_within: str = ""

    @property
    def label(self) -> str:
        """The title, or the key in words."""
        return self.title or self.key.replace("_", " ").capitalize()


Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """Something a step asks for: text, a day, or one of named choices.

    Choices that change from case to case are named by `options`, a question over (actor, case);
    `lifted_by` says who can help where the wanted one is not among them. Everybody who sees the
    case reads what was answered: `keeps` returns the words for them, where those of the choice say
    more than all may know.
    """

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: Choices = ()
    options: Callable[[Any, Any], Choices] | None = None
    lifted_by: str = ""
    keeps: Callable[[str], str] | None = None

    def accepts(self, value: str) -> bool:
        """Say whether `value` is one of the choices, or a day such as 2026-11-20, or any text."""
        if self.choices or self.options:
            return value in dict(self.choices)
        return self.kind != "date" or _is_day(value)

    def kept(self, value: str) -> str:
        """Return what is kept of an answer: the words, where the choices may change."""
        if self.keeps:
            return self.keeps(value)
        return self.words(value) if self.options else value

    def words(self, value: str) -> str:
        """Return what a person chose by the words of the choice; anything else as it is."""
        return dict(self.choices).get(value, value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Step:
    """A move from states to a state: who may take it, what it asks, what it does then.

    `who` is a predicate over (actor, case); without one the step is denied to everybody.
    `in_time` steps are void once the clock of the state has run out, whether or not any job has
    noticed. A step that `keeps_clock` leads back to its own state, whose clock runs on.
    `unless` returns what stands in the way of the move with these answers at this
    instant, a Refusal, or None. `finds` returns what is known before the move and kept with its
    answers, under keys of its own. `then` runs in the same transaction after the move.
    """

    key: str
    from_: tuple[str, ...]
    to: str
    title: str = ""
    who: Callable[[Any, Any], bool] | None = None
    asks: tuple[Field, ...] = ()
    unless: Callable[..., Refusal | None] | None = None
    finds: Callable[..., dict[str, Any]] | None = None
    then: Callable[..., None] | None = None
    in_time: bool = False
    keeps_clock: bool = False

    @property
    def label(self) -> str:
        """The verb on the button."""
        return self.title or self.key.replace("_", " ").capitalize()

    def asked_of(self, actor: Any, case: Any) -> "Step":
        """Return the step with the choices that the actor has now in this case, each asked once."""
        questions = {ask.options for ask in self.asks if ask.options}
        known = {question: question(actor, case) for question in questions}
        asks = (replace(ask, choices=known[ask.options]) if ask.options else ask
                for ask in self.asks)  # fmt: skip
        return replace(self, asks=tuple(asks))


@dataclass(frozen=True)
class Workflow:
    """One declared workflow. `owner_role` is the role of the positions that own its cases.

    `else_role` owns those about students of schools that no position of `owner_role` answers for.
    `opens` says who may open one by hand; without it only the night does. `unless` returns what
    stands in the way of one about a student, a Refusal, or None. `cleared_by` names the
    step that the night takes when what it had found is no longer true. Of the student's programs
    the owner of a case reads those that it `shows`.
    """

    key: str
    title: str
    version: int
    owner_role: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    tier: str = "student"
    one_open_per: str = "student"
    absorbs: tuple[str, ...] = ()
    opens: Callable[[Any], bool] | None = None
    unless: Callable[[Any], Refusal | None] | None = None
    cleared_by: str = ""
    else_role: str = ""
    shows: tuple[str, ...] = ()

    def state(self, key: str) -> State:
        """Return the state called `key`; KeyError where there is none."""
        return {state.key: state for state in self.states}[key]

    def clock(self, state: str) -> Within:
        """Return the clock of the state called `state`; ValueError for an end, which has none."""
        return Within.parse(self.state(state).within)

    @property
    def owner_roles(self) -> tuple[str, ...]:
        """The roles whose positions may own a case, the first before the second."""
        return tuple(role for role in (self.owner_role, self.else_role) if role)

    @property
    def start(self) -> State:
        """The state in which cases begin."""
        return next(state for state in self.states if state.starts)

    def steps_from(self, state: str) -> list[Step]:
        """Return the steps that leave `state`, in declared order."""
        return [step for step in self.steps if state in step.from_]

    def steps_at(self, state: str, due_at: datetime | None, at: datetime) -> list[Step]:
        """Return the steps that leave `state` and are not void at the instant `at`."""
        is_over = due_at is not None and at > due_at
        return [step for step in self.steps_from(state) if not (step.in_time and is_over)]
