"""Recorded as taught elsewhere, and nothing proves it: find the proof before 31 July.

Source: domain/mobility.md 1.3 (23 IAC 375.75: a record request proves the enrollment elsewhere;
without it or another proof by 31 July after the school year the leaver counts as a dropout), 1.4
and 6.1 item 17. The night opens a case for who left in the current school year, and lets it lapse
when the day has passed.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.lost_children import look_for_lost_child
from bascule.mobility.policies import answers_case, is_night, may_report
from bascule.mobility.tickets import PROOFS

OPEN = ("unproven", "asked")
DEADLINE = "until July 31"

WORKFLOW = Workflow(
    key="unproven_transfer",
    title="Unproven transfer",
    version=1,
    owner_role="school_clerk",
    else_role="transition_specialist",
    opens=may_report,
    cleared_by="clear",
    states=(
        State("unproven", "No proof yet", within=DEADLINE, starts=True),
        State("asked", "Proof asked for", within=DEADLINE, held=True),
        State("proven", "Proven", ends=True),
        State("back", "Enrolled in the district again", ends=True, agrees_within="5 school days"),
        State("lost", "Goes on as a lost child", ends=True),
        State("dropout", "Counts as a dropout", ends=True),
    ),
    steps=(
        Step("ask_proof", ("unproven",), "asked", "Ask for proof", who=answers_case,
             asks=(Field("asked_on", "Asked on", kind="date", required=True),
                   Field("asked_of", "Of whom", required=True))),
        Step("prove", OPEN, "proven", "Proof is here", who=answers_case,
             asks=(PROOFS, Field("received_on", "Received on", kind="date", required=True),
                   Field("school", "School", required=True))),
        Step("close_back", OPEN, "back", "Enrolled in the district again", who=answers_case,
             asks=(Field("school", "School", required=True),)),
        Step("lose_trace", ("asked",), "lost", "Nobody knows: look for a lost child",
             who=answers_case, then=look_for_lost_child,
             asks=(Field("attempts", "What was tried", required=True),)),
        Step("count_dropout", OPEN, "dropout", "No proof is to be had", who=answers_case,
             asks=(Field("why", "Why", required=True),)),
        Step("clear", OPEN, "back", "The roster shows the student", who=is_night),
        Step("lapse", OPEN, "dropout", "July 31 has passed", who=is_night),
    ),
)  # fmt: skip
