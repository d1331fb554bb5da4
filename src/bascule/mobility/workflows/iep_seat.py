"""No program with a free seat can serve a student's IEP (domain/mobility.md 1.3, 1.5).

The student is placed according to the current IEP (105 ILCS 10/8.1(c)); the days are a proposal.
That a student has an IEP is restricted here, as in the roster: schools report, the reviewer sees.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="iep_seat",
    title="IEP seat",
    version=1,
    owner_role="iep_reviewer",
    else_role="liaison",
    tier="restricted",
    shows=("iep", "section_504"),
    opens=may_report,
    states=(
        State("raised", "A seat with services is needed", within="2 school days", starts=True),
        State("searching", "Looking with the case manager", within="10 school days"),
        State("placed", "Placed with services", ends=True),
        State("stays", "Stays, with services", ends=True),
    ),
    steps=(
        Step("search", ("raised",), "searching", "Look with the case manager", who=answers_case,
             asks=(Field("services", "Services that the IEP names", required=True),)),
        Step("close_placed", ("searching",), "placed", "Placed with services",
             who=answers_case, asks=(Field("program", "Program", required=True), ROOT_CAUSE)),
        Step("close_stays", ("raised", "searching"), "stays", "Stays, with services",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
    ),
)  # fmt: skip
