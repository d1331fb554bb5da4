"""Two schools claim the same student on the same days: find out where the student sits."""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import is_night, may_work, works_case

WORKFLOW = Workflow(
    key="claims_overlap",
    title="Two schools claim this student",
    version=1,
    owner_role="transition_specialist",
    opens=may_work,
    cleared_by="clear",
    states=(
        State("found", "Both schools claim", within="1 school day", starts=True),
        State("checking", "Checking attendance", within="2 school days"),
        State("sis_asked", "SIS desk asked to end one claim", within="5 school days", held=True),
        State("settled", "Settled", ends=True, agrees_within="5 school days"),
        State("shared", "Shared on purpose", ends=True),
    ),
    steps=(
        Step("take_up", ("found",), "checking", "Take up", who=works_case),
        Step(
            "ask_sis", ("checking",), "sis_asked", "Ask the SIS desk", who=works_case,
            asks=(Field("school", "School where the student sits", required=True),
                  Field("evidence", "What shows it", required=True)),
        ),
        Step("clear", ("found", "checking", "sis_asked"), "settled", "The claims agree",
             who=is_night),
        Step("settle", ("checking", "sis_asked"), "settled", "Settled in the roster",
             who=works_case),
        Step(
            "keep_both", ("checking",), "shared", "Both are right", who=works_case,
            asks=(Field("why", "Why both schools are right", required=True),),
        ),
    ),
)  # fmt: skip
