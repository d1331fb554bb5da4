"""The path of a case: its states as a row, with the time that was spent in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import ngettext

from bascule.cases.declarations import State, Workflow
from bascule.cases.models import CaseFile, Transition


@dataclass(frozen=True)
class Place:
    """One state of the row: passed, here or ahead; `spent` in words, empty where none was."""

    state: State
    where: str
    spent: str


def path_of(
    workflow: Workflow, case: CaseFile, history: Sequence[Transition], now: datetime
) -> list[Place]:
    """Return the states of a case as a row. An end stands in it only where the case came to it."""
    passed = {each.from_state for each in history} | {each.to_state for each in history}
    spent = time_in_states(history, until=case.closed_at or now)
    row = []
    for state in workflow.states:
        if state.ends and state.key != case.state:
            continue
        is_here = state.key == case.state
        where = "here" if is_here else "passed" if state.key in passed else "ahead"
        row.append(Place(state, where, "" if state.ends else _words(spent.get(state.key))))
    return row


def time_in_states(history: Sequence[Transition], until: datetime) -> dict[str, timedelta]:
    """Return how long a case was in each state, all its stays together.

    `history` ascends; `until` ends the stay in the last state.
    """
    spent: dict[str, timedelta] = {}
    ends = [*(each.at for each in history[1:]), until]
    for entry, end in zip(history, ends, strict=True):
        stay = max(end - entry.at, timedelta(0))
        spent[entry.to_state] = spent.get(entry.to_state, timedelta(0)) + stay
    return spent


def _words(spent: timedelta | None) -> str:
    if spent is None:
        return ""
    if spent.days:
        return ngettext("%(n)d day", "%(n)d days", spent.days) % {"n": spent.days}
    hours, minutes = divmod(spent.seconds // 60, 60)
    if not hours:
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
        return words if minutes else ""
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
