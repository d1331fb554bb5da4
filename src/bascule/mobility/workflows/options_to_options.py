"""A move from one Options school to another, with the Lead as the student's advocate (ADR 0100).

Source: domain/mobility.md 1.1 and 6.1 item 23. No prevention review: the school that is left is no
sending high school; the reason is asked instead. Both schools read the case, so the reason is a
code and no ranking is kept here. The clocks are a proposal, as those of the Options transfer.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.at_once import leave_for_immediate_lane, refuse_another_lane
from bascule.mobility.actions.offers import Ended, freeing_seat
from bascule.mobility.actions.options_moves import refuse_other_student
from bascule.mobility.policies import may_ask_to_move, requests, works_case
from bascule.mobility.workflows.options_transfer import PLACEMENT_STATES, PLACEMENT_STEPS, WHY

REASONS = (
    ("program", "The program does not fit"),
    ("schedule", "Needs another schedule"),
    ("way", "The way to school"),
    ("family", "Family wish"),
    ("confidence", "Told to the advocate in confidence"),
)
UNTIL_RELEASED = (
    "asked", "counseling", "offered", "waitlisted", "intake", "release_requested",
    "release_escalated",
)  # fmt: skip

WORKFLOW = Workflow(
    key="options_to_options",
    title="Options-to-Options move",
    version=1,
    owner_role="mobility_lead",
    absorbs=("reengagement",),
    opens=may_ask_to_move,
    unless=refuse_other_student,
    states=(
        State("asked", "With the advocate", within="2 school days", starts=True),
        *PLACEMENT_STATES,
    ),
    steps=(
        Step("advise", ("asked",), "counseling", "Spoken with the student", who=works_case,
             asks=(Field("reason_code", "Reason", required=True, choices=REASONS),
                   Field("spoken_on", "Spoken on", kind="date", required=True))),
        Step("deny", ("asked", "counseling", "waitlisted"), "denied", "Deny", who=works_case,
             asks=(WHY,)),
        *PLACEMENT_STEPS,
        Step("enroll_at_once", UNTIL_RELEASED, "at_once", "May not wait: enroll today",
             who=requests, unless=refuse_another_lane, then=leave_for_immediate_lane),
        Step("withdraw", ("asked", "counseling", "offered", "waitlisted", "intake"), "withdrawn",
             "Withdraw", who=requests, asks=(WHY,), then=freeing_seat(Ended.WITHDRAWN)),
    ),
)  # fmt: skip
