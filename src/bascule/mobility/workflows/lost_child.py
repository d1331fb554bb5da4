"""A child whom nobody can locate: three ordered, proven steps before leave code 86 may be used.

Source: domain/mobility.md 1.4 and 6.1 item 19. All phone numbers, those of siblings too; then a
home visit; then a certified letter with return receipt; then the report to the network. A parent
who does not know where the child is means a police report first, after which the search begins
again; a parent who knows means that the child is not lost. How long each step may take is a
proposal and stays configuration until the district confirms it.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.evidence import happened_in_order
from bascule.mobility.policies import answers_case, may_report

SEARCHING = ("phoning", "visiting", "writing", "receipt_due")
OUTCOME = Field("outcome", "Outcome", required=True)
PROOFS = ("prove_calls", "prove_visit", "send_letter", "prove_receipt", "allow_code_86")
"""The steps that leave code 86 needs, in their order."""
BEGINS_AGAIN = ("file_police_report",)
"""After these every proof is asked for anew."""

WORKFLOW = Workflow(
    key="lost_child",
    title="Look for a lost child",
    version=1,
    owner_role="school_clerk",
    else_role="transition_specialist",
    opens=may_report,
    states=(
        State("phoning", "Calling every number", within="2 school days", starts=True),
        State("police", "Police report first", within="24 hours"),
        State("visiting", "Home visit", within="3 school days"),
        State("writing", "Certified letter", within="3 school days"),
        State("receipt_due", "Return receipt expected", within="10 school days", held=True),
        State("reporting", "Report to the network", within="1 school day"),
        State("code_86", "Code 86 may be used", ends=True),
        State("not_lost", "Not lost: the family knows", ends=True),
        State("back", "Back at school", ends=True),
    ),
    steps=(
        Step("prove_calls", ("phoning",), "visiting", "All numbers called", who=answers_case,
             asks=(Field("called_on", "Last call on", kind="date", required=True),
                   Field("called_by", "Who called", required=True),
                   Field("numbers", "Numbers called, those of siblings too", required=True),
                   OUTCOME), unless=happened_in_order),
        Step("prove_visit", ("visiting",), "writing", "Home visited", who=answers_case,
             asks=(Field("visited_on", "Visited on", kind="date", required=True),
                   Field("visited_by", "Who visited", required=True), OUTCOME),
             unless=happened_in_order),
        Step("send_letter", ("writing",), "receipt_due", "Certified letter sent",
             who=answers_case,
             asks=(Field("sent_on", "Sent on", kind="date", required=True),
                   Field("sent_by", "Who sent it", required=True),
                   Field("receipt_number", "Number of the return receipt", required=True)),
             unless=happened_in_order),
        Step("prove_receipt", ("receipt_due",), "reporting", "Receipt is back, or overdue",
             who=answers_case,
             asks=(Field("returned_on", "Known on", kind="date", required=True),
                   Field("outcome", "Outcome", required=True, choices=(
                       ("signed", "Signed, and nobody answered"),
                       ("unclaimed", "Unclaimed or undeliverable"),
                       ("overdue", "Not returned in time")))), unless=happened_in_order),
        Step("allow_code_86", ("reporting",), "code_86", "Reported: code 86 may be used",
             who=answers_case,
             asks=(Field("reported_on", "Reported on", kind="date", required=True),
                   Field("reported_by", "Who reported", required=True),
                   Field("reported_to", "To whom at the network", required=True)),
             unless=happened_in_order),
        Step("parent_misses", SEARCHING, "police", "The parent does not know either",
             who=answers_case,
             asks=(Field("told_on", "Told on", kind="date", required=True),
                   Field("told_by", "Who said it", required=True)), unless=happened_in_order),
        Step("file_police_report", ("police",), "phoning", "Police report filed",
             who=answers_case,
             asks=(Field("filed_on", "Filed on", kind="date", required=True),
                   Field("filed_by", "Who filed it", required=True),
                   Field("report_number", "Number of the police report", required=True)),
             unless=happened_in_order),
        Step("close_not_lost", (*SEARCHING, "police", "reporting"), "not_lost",
             "A parent knows: not lost", who=answers_case,
             asks=(Field("known_by", "Who knows it", required=True),
                   Field("whereabouts", "Where the child is", required=True))),
        Step("close_back", (*SEARCHING, "police", "reporting"), "back", "Back at school",
             who=answers_case,
             asks=(Field("seen_on", "Seen at school on", kind="date", required=True),),
             unless=happened_in_order),
    ),
)  # fmt: skip
