"""The sending school does not release: why, and by when it does (domain/mobility.md 1.4, 1.5).

Clocks are those of the release itself, 24 hours for the school and then the Lead's.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_call
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="release_block",
    title="Release block",
    version=1,
    owner_role="mobility_lead",
    opens=may_call,
    states=(
        State("raised", "Release is blocked", within="1 school day", starts=True),
        State("asked", "School asked for its reason", within="24 hours", held=True),
        State("released", "Released", ends=True),
        State("stands", "The block stands", ends=True),
    ),
    steps=(
        Step("ask_school", ("raised",), "asked", "Ask the school", who=answers_case,
             asks=(Field("asked_of", "Of whom", required=True),)),
        Step("close_released", ("raised", "asked"), "released", "Released", who=answers_case,
             asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_stands", ("asked",), "stands", "The block stands", who=answers_case,
             asks=(Field("why", "Why", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
