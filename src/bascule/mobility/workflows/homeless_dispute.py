"""Whether a student counts as homeless is disputed; meanwhile the student stays enrolled.

Source: domain/mobility.md 1.3 (105 ILCS 45/1-25, CPS Policy 702.1 I.B): a denial is written and
names the ombudsperson. Its existence is restricted. The days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WORKFLOW = Workflow(
    key="homeless_dispute",
    title="Homeless-status dispute",
    version=1,
    owner_role="liaison",
    tier="restricted",
    shows=("homeless", "foster"),
    opens=may_report,
    states=(
        State("raised", "Make sure the student stays enrolled", within="1 school day",
              starts=True),
        State("hearing", "Stays enrolled: hearing both sides", within="5 school days"),
        State("ombudsperson", "Stays enrolled: with the ombudsperson", within="10 school days",
              held=True),
        State("upheld", "The status stands", ends=True),
        State("denied", "The status is denied", ends=True),
    ),
    steps=(
        Step("keep_enrolled", ("raised",), "hearing", "The student stays enrolled",
             who=answers_case,
             asks=(Field("confirmed_on", "Confirmed on", kind="date", required=True),
                   Field("confirmed_by", "Who confirmed it at the school", required=True))),
        Step("uphold", ("hearing", "ombudsperson"), "upheld", "The status stands",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
        Step("deny_in_writing", ("hearing",), "ombudsperson", "Deny in writing and refer",
             who=answers_case,
             asks=(Field("written_on", "Letter of", kind="date", required=True),
                   Field("why", "Why", required=True))),
        Step("close_denied", ("ombudsperson",), "denied", "The ombudsperson agrees: denied",
             who=answers_case, asks=(OUTCOME, ROOT_CAUSE)),
    ),
)  # fmt: skip
