"""What a workflow may not be: each kind of problem is found, alone, and the declared have none."""

from dataclasses import replace
from typing import Any

import pytest

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.cases.registry import workflow_of, workflows
from bascule.cases.soundness import problems_of


def anybody(actor: Any, case: Any) -> bool:
    return True


DECLARED = {
    "claims_overlap", "code_dispute", "data_flag", "denial_appeal", "detention_return",
    "did_not_arrive", "discipline_hold", "el_program", "homeless_dispute", "iep_seat",
    "immediate_enrollment", "lost_child", "options_to_options", "options_transfer",
    "records_dispute", "reengagement",
    "release_block", "residency_dispute", "sel_check", "sis_disagrees", "soar_workshop",
    "unproven_transfer",
}  # fmt: skip
FOUND = State("found", within="1 school day", starts=True)
REACHING = State("reaching", within="24 hours")
BACK = State("back", ends=True)
TAKE_UP = Step("take_up", ("found",), "reaching", who=anybody)
ISLAND = (State("east", within="1 day"), State("west", within="1 day"))
FERRY = (
    Step("over", ("east",), "west", who=anybody),
    Step("return", ("west",), "east", who=anybody),
    Step("land", ("west",), "back", who=anybody),
)
CLOSE = Step("close", ("reaching",), "back", who=anybody)
SOUND = Workflow(
    key="sound", title="Sound", version=1, owner_role="transition_specialist",
    states=(FOUND, REACHING, BACK), steps=(TAKE_UP, CLOSE),
)  # fmt: skip


def test_a_sound_workflow_has_no_problem() -> None:
    assert list(problems_of(SOUND)) == []


@pytest.mark.parametrize(
    ("states", "steps", "problems"),
    [
        ((FOUND, REACHING, BACK, State("left", ends=True)), (TAKE_UP, CLOSE),
         ["state left cannot be reached"]),
        ((FOUND, REACHING, BACK, State("stuck", within="2 days")),
         (TAKE_UP, CLOSE, Step("wait", ("found",), "stuck", who=anybody)),
         ["state stuck has no way out"]),
        ((FOUND, REACHING, BACK), (TAKE_UP, replace(CLOSE, who=None)),
         ["step close has no grounds: nobody may take it"]),
        ((FOUND, REACHING, BACK), (TAKE_UP, CLOSE, Step("lose", ("found",), "limbo", who=anybody)),
         ["step lose names the unknown state limbo"]),
        ((FOUND, REACHING, BACK), (TAKE_UP, CLOSE, Step("lose", ("limbo",), "back", who=anybody)),
         ["step lose names the unknown state limbo"]),
        ((FOUND, replace(REACHING, within=""), BACK), (TAKE_UP, CLOSE),
         ["state reaching has no clock"]),
        ((FOUND, replace(REACHING, within="soon"), BACK), (TAKE_UP, CLOSE),
         ["state reaching has no clock"]),
        ((FOUND, replace(REACHING, starts=True), BACK), (TAKE_UP, CLOSE),
         ["needs exactly one starting state"]),
        ((FOUND, REACHING, BACK), (TAKE_UP, CLOSE, Step("again", ("back",), "found", who=anybody)),
         ["state back ends and yet has a way out"]),
        ((FOUND, REACHING, REACHING, BACK), (TAKE_UP, CLOSE), ["has two states of one key"]),
        ((FOUND, replace(REACHING, within="0 school days"), BACK), (TAKE_UP, CLOSE),
         ["state reaching has no clock"]),
        ((FOUND, REACHING, BACK, *ISLAND), (TAKE_UP, CLOSE, *FERRY),
         ["state east is on an island: no way leads to it from the start",
          "state west is on an island: no way leads to it from the start"]),
        ((FOUND, REACHING, BACK, State("waiting", within="2 days"), State("asked", within="1 day")),
         (TAKE_UP, CLOSE, Step("wait", ("found", "asked"), "waiting", who=anybody),
          Step("ask", ("waiting",), "asked", who=anybody)),
         ["state waiting never leads to an end", "state asked never leads to an end"]),
        ((FOUND, REACHING, replace(BACK, agrees_within="soon")), (TAKE_UP, CLOSE),
         ["state back says unreadably when the roster must agree"]),
        ((FOUND, REACHING, BACK), (replace(TAKE_UP, keeps_clock=True), CLOSE),
         ["step take_up keeps the clock of a state that it leaves"]),
    ],
)  # fmt: skip
def test_each_kind_of_problem_is_found_alone(
    states: tuple[State, ...], steps: tuple[Step, ...], problems: list[str]
) -> None:
    assert list(problems_of(replace(SOUND, states=states, steps=steps))) == problems


def test_a_workflow_is_not_cleared_by_a_step_that_it_lacks() -> None:
    assert list(problems_of(replace(SOUND, cleared_by="vanish"))) == [
        "is cleared by the unknown step vanish"
    ]


def test_what_two_fields_of_a_step_offer_is_asked_once() -> None:
    asked = []

    def rooms(actor: str, case: str) -> tuple[tuple[str, str], ...]:
        asked.append((actor, case))
        return (("1", "Room 1"),)

    fields = (Field("first", "First", options=rooms), Field("second", "Second", options=rooms),
              Field("why", "Why"))  # fmt: skip
    step = replace(TAKE_UP, asks=fields).asked_of("who", "what")
    assert asked == [("who", "what")]
    assert [ask.choices for ask in step.asks] == [(("1", "Room 1"),)] * 2 + [()]


def test_without_a_start_there_is_no_way_in() -> None:
    states = (replace(FOUND, starts=False), REACHING, BACK)
    assert list(problems_of(replace(SOUND, states=states))) == [
        "needs exactly one starting state",
        "state found cannot be reached",
    ]


def test_the_declared_workflows_are_these_and_have_no_problem() -> None:
    found = {each.key: list(problems_of(each)) for each in workflows()}
    assert found == {key: [] for key in DECLARED}


@pytest.mark.parametrize("key", sorted(DECLARED))
def test_every_declared_state_leads_to_an_end(key: str) -> None:
    workflow = workflow_of(key)
    leads = {state.key for state in workflow.states if state.ends}
    for _ in workflow.states:
        leads |= {each for step in workflow.steps if step.to in leads for each in step.from_}
    assert leads == {state.key for state in workflow.states}
