"""Unserved suspension or expulsion that follows a student (domain/mobility.md 1.3, 2-3.13a).

The board may allow an alternative program instead; a hold has an end, which is asked for. That a
student was disciplined is restricted: until the district seats somebody of that tier for it, the
liaison, who has it, keeps these cases.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="discipline_hold",
    title="Discipline hold",
    version=1,
    owner_role="liaison",
    tier="restricted",
    opens=may_report,
    states=(
        State("raised", "Is there a hold, and until when?", within="2 school days", starts=True),
        State("holding", "The hold runs", within="10 school days", held=True),
        State("alternative", "Looking for an alternative program", within="5 school days"),
        State("served", "Served", ends=True),
        State("placed", "Placed in an alternative program", ends=True),
        State("unfounded", "No hold applies", ends=True),
    ),
    steps=(
        Step("confirm_hold", ("raised",), "holding", "There is a hold", who=answers_case,
             asks=(Field("ends_on", "Until", kind="date", required=True),
                   Field("why", "Why", required=True))),
        Step("look_for_program", ("raised", "holding"), "alternative",
             "Look for an alternative program", who=answers_case),
        Step("close_served", ("holding", "alternative"), "served", "Served", who=answers_case,
             asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_placed", ("alternative",), "placed", "Placed", who=answers_case,
             asks=(Field("program", "Program", required=True), ROOT_CAUSE)),
        Step("close_unfounded", ("raised",), "unfounded", "No hold applies", who=answers_case,
             asks=(Field("evidence", "What shows it", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
