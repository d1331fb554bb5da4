"""The SIS shows a move otherwise than both schools signed it: find out which of them is right."""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import is_night, works_case

WORKFLOW = Workflow(
    key="sis_disagrees",
    title="SIS says / we say",
    version=1,
    owner_role="transition_specialist",
    cleared_by="clear",
    states=(
        State("found", "The SIS says otherwise", within="1 school day", starts=True),
        State("sis_asked", "SIS desk asked to correct", within="3 school days", held=True),
        State("agreed", "The roster agrees", ends=True),
        State("sis_is_right", "The SIS is right", ends=True),
    ),
    steps=(
        Step("ask_sis", ("found",), "sis_asked", "Ask the SIS desk", who=works_case,
             asks=(Field("asked_for", "What the SIS should say", required=True),)),
        Step("accept_sis", ("found", "sis_asked"), "sis_is_right", "The SIS is right",
             who=works_case, asks=(Field("why", "Why", required=True),)),
        Step("clear", ("found", "sis_asked"), "agreed", "The roster agrees", who=is_night),
    ),
)  # fmt: skip
