"""A flag on a record: a missing child, a second number, a custody order.

Source: domain/mobility.md 1.3 and 6.1 item 5 (325 ILCS 50/5, 55/5): a flagged record is not
forwarded, and the request for it is reported to State Police at once. Until it is known that the
flag is of another kind, it counts as a missing child's (`actions/forwarding.py`). How long "at
once" may take is a proposal: two hours.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.policies import answers_case, may_report
from bascule.mobility.tickets import OUTCOME, ROOT_CAUSE

WHY = Field("why", "Why", required=True)

WORKFLOW = Workflow(
    key="data_flag",
    title="Data flag",
    version=1,
    owner_role="data_steward",
    opens=may_report,
    states=(
        State("raised", "Which flag is it?", within="4 hours", starts=True),
        State("missing_child", "Report the request to State Police", within="2 hours"),
        State("reported", "Reported: nothing is forwarded", within="10 school days", held=True),
        State("correcting", "Correcting the record", within="5 school days"),
        State("lifted", "Lifted by State Police", ends=True),
        State("mistaken", "No flag on this student", ends=True),
        State("corrected", "Corrected", ends=True),
    ),
    steps=(
        Step("confirm_missing", ("raised",), "missing_child", "A missing child's",
             who=answers_case,
             asks=(Field("flagged_on", "Flagged on", kind="date", required=True),
                   Field("flagged_by", "Who set the flag", required=True))),
        Step("report_request", ("missing_child",), "reported",
             "Report the request to State Police", who=answers_case,
             asks=(Field("reported_on", "Reported on", kind="date", required=True),
                   Field("reported_by", "Who reported", required=True),
                   Field("requested_by", "Who asked for the record", required=True),
                   Field("report_number", "Number of the police report", required=True))),
        Step("lift_flag", ("reported",), "lifted", "State Police lifted it", who=answers_case,
             asks=(Field("lifted_on", "Lifted on", kind="date", required=True), ROOT_CAUSE)),
        Step("correct_record", ("raised",), "correcting", "Another kind: correct it",
             who=answers_case,
             asks=(Field("flag_kind", "Which flag is it?", required=True, choices=(
                 ("second_number", "Second number of one student"),
                 ("custody", "Custody order"), ("other", "Another one"))),)),
        Step("close_corrected", ("correcting",), "corrected", "Corrected", who=answers_case,
             asks=(OUTCOME, ROOT_CAUSE)),
        Step("close_mistaken", ("raised", "missing_child", "reported"), "mistaken",
             "No flag on this student", who=answers_case, asks=(WHY, ROOT_CAUSE)),
    ),
)  # fmt: skip
