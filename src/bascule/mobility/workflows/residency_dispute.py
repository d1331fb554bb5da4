"""Whether a student lives in the city is doubted (domain/mobility.md 1.3, CPS Policy 702.1)."""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="residency_dispute",
    title="Residency dispute",
    version=1,
    owner_role="principal",
    opens=may_report,
    states=(
        State("raised", "Residency is doubted", within="3 school days", starts=True),
        State("papers", "Family asked for papers", within="10 school days", held=True),
        State("resident", "Lives in the city", ends=True),
        State("not_resident", "Does not live in the city", ends=True),
    ),
    steps=(
        Step("ask_papers", ("raised",), "papers", "Ask the family", who=answers_case,
             asks=(Field("asked_on", "Asked on", kind="date", required=True),)),
        Step("close_resident", ("raised", "papers"), "resident", "Lives in the city",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_not_resident", ("papers",), "not_resident", "Does not live in the city",
             who=answers_case,
             asks=(Field("evidence", "What shows it", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
