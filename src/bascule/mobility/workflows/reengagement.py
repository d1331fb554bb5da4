"""An inactive student: reach, listen, place, stay in touch (mobility.md 1.2, 3.3).

Nobody is given up before five kinds of attempts over 15 school days (`mobility.attempts`).
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.attempts import too_few_attempts
from bascule.mobility.actions.lost_children import look_for_lost_child
from bascule.mobility.actions.workshops import send_to_workshop
from bascule.mobility.policies import is_night, may_call, works_case

OUTCOME = Field("outcome", "What was agreed", required=True)

WORKFLOW = Workflow(
    key="reengagement",
    title="Bring back an inactive student",
    version=2,
    owner_role="transition_specialist",
    opens=may_call,
    cleared_by="clear",
    states=(
        State("found", "Nowhere enrolled", within="1 school day", starts=True),
        State("reaching", "Reaching out", within="15 school days"),
        State("intake", "Intake", within="5 school days"),
        State("workshop", "Two-week workshop", within="10 school days"),
        State("placing", "Placement meetings", within="5 school days"),
        State("checking", "Checks every two weeks", within="10 school days"),
        State("back", "Back and stable", ends=True, agrees_within="5 school days"),
        State("returned", "Enrolled again by themselves", ends=True,
              agrees_within="5 school days"),
        State("elsewhere", "Enrolled elsewhere, with proof", ends=True),
        State("not_reached", "Not reached", ends=True),
    ),
    steps=(
        Step("take_up", ("found",), "reaching", "Take up", who=works_case),
        Step("schedule_intake", ("reaching",), "intake", "Reached: schedule intake",
             who=works_case, asks=(OUTCOME,)),
        Step("start_workshop", ("intake",), "workshop", "Start the workshop", who=works_case,
             then=send_to_workshop),
        Step("return_to_last_school", ("intake",), "placing", "Back to the last school",
             who=works_case),
        Step("place", ("workshop",), "placing", "Look for the school", who=works_case),
        Step("confirm_enrollment", ("placing",), "checking", "Enrolled", who=works_case,
             asks=(Field("school", "School", required=True),)),
        Step("check_again", ("checking",), "checking", "Check done", who=works_case,
             asks=(Field("finding", "Attendance, behavior, grades", required=True),)),
        Step("close_stable", ("checking",), "back", "Stable: close", who=works_case),
        Step("clear", ("found",), "returned", "Enrolled again", who=is_night),
        Step("close_returned", ("reaching", "intake", "workshop", "placing"), "returned",
             "Enrolled again by themselves", who=works_case, asks=(OUTCOME,)),
        Step("close_elsewhere", ("found", "reaching", "intake"), "elsewhere",
             "Enrolled elsewhere", who=works_case,
             asks=(Field("proof", "Proof of the enrollment", required=True),)),
        Step("give_up", ("reaching",), "not_reached", "Five kinds of attempts, not reached",
             who=works_case, unless=too_few_attempts, then=look_for_lost_child,
             asks=(Field("attempts", "What was tried", required=True),
                   Field("whereabouts", "Does anybody know where the student is?", required=True,
                         choices=(("known", "Yes, and the student does not want to come"),
                                  ("unknown", "No: look for a lost child"))))),
    ),
)  # fmt: skip
