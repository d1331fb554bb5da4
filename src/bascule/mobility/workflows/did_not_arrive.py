"""Expected on the first day and not there: call the same evening, then look further.

Source: domain/mobility.md 1.4 (code 99, outreach log) and 6.1 item 20. The clock of the first call
is 16 hours of weekdays: from the night's find at half past four to half past eight in the
evening, when families are home; what is found on a weekend is due on Monday. Proposal, to be
confirmed by the district.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.lost_children import look_for_lost_child
from bascule.mobility.policies import answers_case, is_night, may_report
from bascule.mobility.tickets import PROOFS

OPEN = ("expected", "calling")

WORKFLOW = Workflow(
    key="did_not_arrive",
    title="Did not arrive",
    version=1,
    owner_role="school_clerk",
    else_role="transition_specialist",
    opens=may_report,
    cleared_by="clear",
    states=(
        State("expected", "Call this evening", within="16 business hours", starts=True),
        State("calling", "Calling and visiting", within="5 school days"),
        State("arrived", "Arrived", ends=True, agrees_within="5 school days"),
        State("elsewhere", "Enrolled elsewhere, with proof", ends=True),
        State("moved_away", "No longer in Chicago", ends=True),
        State("lost", "Goes on as a lost child", ends=True),
    ),
    steps=(
        Step("log_call", ("expected",), "calling", "Log the first call", who=answers_case,
             asks=(Field("reached", "Who was reached", required=True, choices=(
                 ("nobody", "Nobody"), ("family", "The family"), ("student", "The student"),
                 ("wrong_number", "Wrong number"))),
                   Field("outcome", "Outcome", required=True))),
        Step("close_arrived", OPEN, "arrived", "Arrived", who=answers_case,
             asks=(Field("seen_on", "Seen at school on", kind="date", required=True),)),
        Step("close_elsewhere", OPEN, "elsewhere", "Enrolled elsewhere", who=answers_case,
             asks=(PROOFS, Field("school", "School", required=True))),
        Step("close_moved", ("calling",), "moved_away", "No longer in Chicago",
             who=answers_case,
             asks=(Field("known_by", "Who knows it", required=True),
                   Field("whereabouts_now", "Where the family lives now", required=True))),
        Step("lose_trace", ("calling",), "lost", "Nobody knows: look for a lost child",
             who=answers_case, then=look_for_lost_child,
             asks=(Field("attempts", "What was tried", required=True),)),
        Step("clear", OPEN, "arrived", "The roster shows the student", who=is_night),
    ),
)  # fmt: skip
