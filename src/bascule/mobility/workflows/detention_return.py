"""Return from detention: the right to return is recorded at entry (mobility.md 1.3, 1.5, 6.1.24).

A student in detention returns to the school where they were enrolled, a selective, magnet or
military seat is kept, and a charter enrolls again at once, unless one of the named exceptions
holds. That a student is detained is restricted: schools report, the case worker sees. The days are
a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.at_once import open_immediate_lane
from bascule.mobility.policies import answers_case, may_report

SEATS = (("neighborhood", "Neighborhood"), ("selective", "Selective enrollment"),
         ("magnet", "Magnet"), ("military", "Military academy"), ("charter", "Charter"),
         ("options", "Options"))  # fmt: skip
EXCEPTIONS = (("emergency", "Emergency placement"), ("safety", "Safety or disciplinary transfer"),
              ("expelled", "Expelled from the charter"), ("family", "The family wishes another"),
              )  # fmt: skip

WORKFLOW = Workflow(
    key="detention_return",
    title="Return from detention",
    version=1,
    owner_role="justice_worker",
    else_role="liaison",
    tier="restricted",
    shows=("justice",),
    opens=may_report,
    states=(
        State("reported", "Record the right to return", within="2 school days", starts=True),
        State("kept", "Seat kept", within="30 days", held=True),
        State("release_near", "Release is near: prepare the school", within="5 school days"),
        State("returning", "Released: back at school today", within="the same school day"),
        State("returned", "Back at the school", ends=True),
        State("elsewhere", "At another school, by exception", ends=True),
        State("not_detained", "Was not detained", ends=True),
    ),
    steps=(
        Step("keep_seat", ("reported",), "kept", "Record the right to return",
             who=answers_case,
             asks=(Field("entered_on", "Entered on", kind="date", required=True),
                   Field("school", "School to return to", required=True),
                   Field("seat", "Kind of seat", required=True, choices=SEATS),
                   Field("told", "Who at the school was told", required=True))),
        Step("close_mistaken", ("reported",), "not_detained", "Was not detained",
             who=answers_case, asks=(Field("why", "How it is known", required=True),)),
        Step("check", ("kept",), "kept", "Still detained: seat still kept", who=answers_case,
             asks=(Field("finding", "How the student is taught meanwhile", required=True),)),
        Step("announce", ("kept",), "release_near", "Release is near", who=answers_case,
             asks=(Field("release_on", "Release on", kind="date", required=True),)),
        Step("release", ("kept", "release_near"), "returning", "Released: enroll today",
             who=answers_case, then=open_immediate_lane,
             asks=(Field("released_on", "Released on", kind="date", required=True),)),
        Step("confirm_return", ("returning",), "returned", "Present at the school",
             who=answers_case,
             asks=(Field("seen_on", "Seen at school on", kind="date", required=True),)),
        Step("except_return", ("release_near", "returning"), "elsewhere", "Another school",
             who=answers_case,
             asks=(Field("exception", "Exception", required=True, choices=EXCEPTIONS),
                   Field("decided_by", "Decided by", required=True),
                   Field("why", "Why", required=True))),
    ),
)  # fmt: skip
