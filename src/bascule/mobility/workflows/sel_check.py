"""A specialist for social-emotional learning looks after a student who moved (mobility.md 1.5).

Whoever works with the student asks for it and sees no more of it: that a student gets help is
restricted. The days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME

WORKFLOW = Workflow(
    key="sel_check",
    title="Support after a move",
    version=1,
    owner_role="sel_specialist",
    else_role="liaison",
    tier="restricted",
    opens=may_report,
    states=(
        State("asked", "See the student", within="3 school days", starts=True),
        State("seeing", "In touch with the student", within="10 school days"),
        State("settled", "Settled in", ends=True),
        State("referred", "Referred to more help", ends=True),
        State("declined", "The student declined", ends=True),
    ),
    steps=(
        Step("meet", ("asked",), "seeing", "Met the student", who=answers_case,
             asks=(Field("met_on", "Met on", kind="date", required=True),
                   Field("finding", "What would help", required=True))),
        Step("check_again", ("seeing",), "seeing", "Seen again", who=answers_case,
             asks=(Field("finding", "How it goes", required=True),)),
        Step("close_settled", ("seeing",), "settled", "Settled in", who=answers_case,
             asks=(OUTCOME,)),
        Step("close_referred", ("seeing",), "referred", "Referred to more help",
             who=answers_case,
             asks=(Field("referred_to", "Referred to", required=True),
                   Field("consent", "Consent recorded on", kind="date", required=True))),
        Step("close_declined", ("asked", "seeing"), "declined", "The student declined",
             who=answers_case, asks=(OUTCOME,)),
    ),
)  # fmt: skip
