"""A family or a school asks to look again at a denied request (domain/mobility.md 1.5, 6.1 29).

The Lead hears it, not the specialist who denied. The days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="denial_appeal",
    title="Appeal of a denial",
    version=1,
    owner_role="mobility_lead",
    opens=may_report,
    states=(
        State("raised", "Appeal is here", within="2 school days", starts=True),
        State("hearing", "Hearing both sides", within="5 school days"),
        State("overturned", "Overturned: ask again", ends=True),
        State("upheld", "The denial stands", ends=True),
    ),
    steps=(
        Step("hear", ("raised",), "hearing", "Hear both sides", who=answers_case,
             asks=(Field("heard_on", "Hearing on", kind="date", required=True),)),
        Step("overturn", ("hearing",), "overturned", "Overturn", who=answers_case,
             asks=(OUTCOME, ROOT_CAUSE)),
        Step("uphold", ("hearing",), "upheld", "The denial stands", who=answers_case,
             asks=(Field("why", "Why", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
