"""The path of a case says how long it was in each state."""

from datetime import UTC, datetime, timedelta

from bascule.cases.models import CaseFile, Transition
from bascule.cases.registry import workflow_of
from bascule.web.case_path import path_of, time_in_states

AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def entered(state: str, at: datetime) -> Transition:
    return Transition(to_state=state, at=at)


def test_stays_in_one_state_are_added() -> None:
    history = [entered("found", AT), entered("reaching", AT + HOUR), entered("found", AT + DAY),
               entered("reaching", AT + 2 * DAY)]  # fmt: skip
    assert time_in_states(history, until=AT + 5 * DAY) == {
        "found": HOUR + DAY, "reaching": 23 * HOUR + 3 * DAY,
    }  # fmt: skip


def test_the_row_says_where_the_case_is_and_how_long_it_was_in_what_it_passed() -> None:
    workflow = workflow_of("reengagement")
    first, second = workflow.states[0].key, workflow.states[1].key
    case = CaseFile(workflow="reengagement", state=second)
    history = [entered(first, AT), entered(second, AT + 2 * HOUR)]
    row = path_of(workflow, case, history, now=AT + 2 * HOUR + 3 * DAY)
    told = [(place.state.key, place.where, place.spent) for place in row[:3]]
    assert told == [(first, "passed", "2 hours"), (second, "here", "3 days"),
                    (workflow.states[2].key, "ahead", "")]  # fmt: skip


def test_less_than_a_minute_is_not_told() -> None:
    workflow = workflow_of("reengagement")
    first = workflow.states[0].key
    case = CaseFile(workflow="reengagement", state=first)
    told = [
        path_of(workflow, case, [entered(first, AT)], now=AT + timedelta(seconds=seconds))[0].spent
        for seconds in (59, 60, 3_599, 3_600)
    ]
    assert told == ["", "1 minute", "59 minutes", "1 hour"]


def test_the_end_of_a_closed_case_has_no_time_of_its_own() -> None:
    workflow = workflow_of("reengagement")
    end = next(state for state in workflow.states if state.ends)
    case = CaseFile(workflow="reengagement", state=end.key, closed_at=AT + DAY)
    history = [entered(workflow.states[0].key, AT), entered(end.key, AT + DAY)]
    row = path_of(workflow, case, history, now=AT + 9 * DAY)
    assert (row[0].spent, row[-1].state, row[-1].spent) == ("1 day", end, "")
