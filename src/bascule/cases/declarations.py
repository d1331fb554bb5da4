"""What a workflow is: states with clocks, steps with grounds and asks. Validated at start.

No Django import: a workflow is data. `problems_of` is what the system checks print.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bascule.kernel.school_calendar import SchoolCalendar

_WITHIN = re.compile(r"^(\d+) (school days?|business hours?|hours?|days?)$")


@dataclass(frozen=True)
class Within:
    """A clock: so many school days, business hours, hours or calendar days."""

    count: int
    unit: str

    @classmethod
    def parse(cls, words: str) -> "Within":
        """Read "2 school days", "48 business hours", "24 hours" or "10 days"."""
        match = _WITHIN.fullmatch(words)
        if not match:
            raise ValueError(f"a clock reads like '2 school days', not {words!r}")
        return cls(int(match[1]), match[2].removesuffix("s"))

    def due_at(self, start: datetime, calendar: SchoolCalendar) -> datetime:
        """Return when the clock that starts at `start` runs out."""
        local = start.astimezone(calendar.zone)
        if self.unit == "school day":
            return calendar.end_of(calendar.school_days_after(local.date(), self.count))
        if self.unit == "business hour":
            return calendar.after_business_hours(start, self.count)
        if self.unit == "hour":
            return start + timedelta(hours=self.count)
        return calendar.end_of(local.date() + timedelta(days=self.count))


@dataclass(frozen=True)
class State:
    """Where a case can stand. Every state that is not an end has a clock, in words."""

    key: str
    title: str = ""
    within: str = ""
    starts: bool = False
    ends: bool = False
    held: bool = False

    @property
    def label(self) -> str:
        """The title, or the key in words."""
        return self.title or self.key.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Field:
    """Something a step asks for: text, a day, or one of named choices."""

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Step:
    """A move from states to a state: who may take it, what it asks, what it does then.

    `who` is a predicate over (actor, case); without one the step is denied to everybody.
    `then` runs in the same transaction after the move.
    """

    key: str
    from_: tuple[str, ...]
    to: str
    title: str = ""
    who: Callable[[Any, Any], bool] | None = None
    asks: tuple[Field, ...] = ()
    then: Callable[..., None] | None = None

    @property
    def label(self) -> str:
        """The verb on the button."""
        return self.title or self.key.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Workflow:
    """One declared workflow. `owner_role` is the role of the positions that own its cases."""

    key: str
    title: str
    version: int
    owner_role: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    tier: str = "student"
    one_open_per: str = "student"
    absorbs: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)

    def state(self, key: str) -> State:
        """Return the state called `key`; KeyError where there is none."""
        return {state.key: state for state in self.states}[key]

    def clock(self, state: str) -> Within:
        """Return the clock of the state called `state`; ValueError for an end, which has none."""
        return Within.parse(self.state(state).within)

    @property
    def start(self) -> State:
        """The state in which cases begin."""
        return next(state for state in self.states if state.starts)

    def steps_from(self, state: str) -> list[Step]:
        """Return the steps that leave `state`, in declared order."""
        return [step for step in self.steps if state in step.from_]


def problems_of(workflow: Workflow) -> Iterator[str]:
    """Name everything that would let a case stand still: the system checks at start."""
    keys = [state.key for state in workflow.states]
    if len([state for state in workflow.states if state.starts]) != 1:
        yield "needs exactly one starting state"
    if len(set(keys)) != len(keys):
        yield "has two states of one key"
    for step in workflow.steps:
        for key in (*step.from_, step.to):
            if key not in keys:
                yield f"step {step.key} names the unknown state {key}"
        if step.who is None:
            yield f"step {step.key} has no grounds: nobody may take it"
    for state in workflow.states:
        yield from _problems_of_state(workflow, state)


def _problems_of_state(workflow: Workflow, state: State) -> Iterator[str]:
    arrives = any(step.to == state.key for step in workflow.steps)
    leaves = bool(workflow.steps_from(state.key))
    if not state.starts and not arrives:
        yield f"state {state.key} cannot be reached"
    if not state.ends and not leaves:
        yield f"state {state.key} has no way out"
    if state.ends and leaves:
        yield f"state {state.key} ends and yet has a way out"
    if not state.ends and not _WITHIN.fullmatch(state.within):
        yield f"state {state.key} has no clock"
