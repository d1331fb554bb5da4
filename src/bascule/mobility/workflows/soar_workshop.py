"""Re-engagement at a SOAR center: workshop, transcript, plan (domain/mobility.md 1.2).

Opened where a specialist sends a student who comes back to the two-week workshop; the specialist's
own case goes on with the placement. The first days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_work
from bascule.mobility.tickets import OUTCOME

WORKFLOW = Workflow(
    key="soar_workshop",
    title="SOAR workshop",
    version=1,
    owner_role="soar_specialist",
    else_role="transition_specialist",
    opens=may_work,
    states=(
        State("expected", "Expected at the workshop", within="5 school days", starts=True),
        State("attending", "In the two-week workshop", within="10 school days"),
        State("planning", "Read the transcript, make the plan", within="3 school days"),
        State("planned", "Plan made: placement goes on", ends=True),
        State("stopped", "Stopped coming", ends=True),
    ),
    steps=(
        Step("begin", ("expected",), "attending", "Came to the workshop", who=answers_case,
             asks=(Field("came_on", "Came on", kind="date", required=True),)),
        Step("finish", ("attending",), "planning", "Workshop finished", who=answers_case),
        Step("make_plan", ("planning",), "planned", "Plan made", who=answers_case,
             asks=(Field("credits_needed", "Credits still needed", required=True),
                   Field("plan", "Graduation plan in one sentence", required=True))),
        Step("stop", ("expected", "attending", "planning"), "stopped", "Stopped coming",
             who=answers_case, asks=(OUTCOME,)),
    ),
)  # fmt: skip
