"""A leave or entry code that somebody doubts (domain/mobility.md 1.4, 1.5, 1.6)."""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="code_dispute",
    title="Code dispute",
    version=1,
    owner_role="school_clerk",
    else_role="transition_specialist",
    opens=may_report,
    states=(
        State("raised", "The code is doubted", within="2 school days", starts=True),
        State("sis_asked", "SIS desk asked to correct it", within="5 school days", held=True),
        State("corrected", "Corrected", ends=True),
        State("confirmed", "The code is right", ends=True),
    ),
    steps=(
        Step("ask_sis", ("raised",), "sis_asked", "Ask the SIS desk", who=answers_case,
             asks=(Field("code", "Code that should stand there", required=True),
                   Field("evidence", "What shows it", required=True))),
        Step("close_corrected", ("sis_asked",), "corrected", "Corrected", who=answers_case,
             asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_confirmed", ("raised", "sis_asked"), "confirmed", "The code is right",
             who=answers_case, asks=(Field("evidence", "What shows it", required=True),
                                     ROOT_CAUSE)),
    ),
)  # fmt: skip
