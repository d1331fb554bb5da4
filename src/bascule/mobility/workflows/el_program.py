"""An English learner whose school lacks the right program is offered the nearest that has it.

Source: domain/mobility.md 1.3 (CPS page on incoming students). That a student learns English is
restricted, as in the roster: schools report, the reviewer sees. The days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="el_program",
    title="English learner program",
    version=1,
    owner_role="el_reviewer",
    else_role="liaison",
    tier="restricted",
    shows=("el",),
    opens=may_report,
    states=(
        State("raised", "Does the school have the program?", within="2 school days", starts=True),
        State("offering", "The nearest school that has it is offered", within="5 school days"),
        State("has_program", "The school has the program", ends=True),
        State("moved", "Moved to a school that has it", ends=True),
        State("stays", "The family prefers to stay", ends=True),
    ),
    steps=(
        Step("close_has_program", ("raised",), "has_program", "The school has it",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
        Step("offer_school", ("raised",), "offering", "Offer the nearest school that has it",
             who=answers_case,
             asks=(Field("program", "Program that the student needs", required=True),
                   Field("school", "School", required=True),
                   Field("told_on", "Family told on", kind="date", required=True))),
        Step("close_moved", ("offering",), "moved", "The family accepts: moved",
             who=answers_case,
             asks=(Field("first_day", "First day there", kind="date", required=True), ROOT_CAUSE)),
        Step("close_stays", ("offering",), "stays", "The family prefers to stay",
             who=answers_case, asks=(Field("why", "Why", required=True), ROOT_CAUSE)),
    ),
)  # fmt: skip
