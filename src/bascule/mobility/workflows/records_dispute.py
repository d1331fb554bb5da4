"""Records that should have come and did not, or are not whole (105 ILCS 10/8.1: 10 days).

Source: domain/mobility.md 1.3 and 1.5. The sending school's clerk answers.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="records_dispute",
    title="Records dispute",
    version=1,
    owner_role="school_clerk",
    else_role="transition_specialist",
    opens=may_report,
    states=(
        State("raised", "Records are missing", within="1 school day", starts=True),
        State("asked", "Records asked for again", within="10 days", held=True),
        State("complete", "Records are complete", ends=True),
        State("nothing_more", "Nothing more exists", ends=True),
    ),
    steps=(
        Step("ask_again", ("raised",), "asked", "Ask again", who=answers_case,
             asks=(Field("asked_on", "Asked on", kind="date", required=True),
                   Field("asked_of", "Of whom", required=True))),
        Step("close_complete", ("raised", "asked"), "complete", "Records are complete",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_nothing_more", ("asked",), "nothing_more", "Nothing more exists",
             who=answers_case, asks=(Field("why", "Why", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
