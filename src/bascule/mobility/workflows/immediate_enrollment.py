"""The immediate lane: enrolled the same day, then what other transfers do before (mobility.md 1.5).

For whoever may not be kept waiting, and for everybody who comes without papers (105 ILCS
10/8.1(a)). No step waits for another school, a seat, a document or a review. Clocks from the first
day: records are asked for within 14 days (23 IAC 375.75(b)), proof of identity within 30 (325 ILCS
50/5), of which 16 are left when the records are in. The other days are a proposal.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.mobility.actions.at_once import enroll_at_once, receives_at_once, schools_to_enroll_at
from bascule.mobility.actions.forwarding import missing_child_in_the_way
from bascule.mobility.actions.handovers import refuse_early_presence
from bascule.mobility.policies import may_report, works_case

WHY = Field("why", "Why", required=True)


def enrolls(actor: Actor, case: CaseFile) -> bool:
    """Whoever works the case, or may request transfers for a student in sight: nobody waits."""
    return works_case(actor, case) or actor.may("request_transfer")


def follows_up(actor: Actor, case: CaseFile) -> bool:
    """Whoever works the case, or speaks for the school at which the student is now."""
    return works_case(actor, case) or receives_at_once(actor, case)


WORKFLOW = Workflow(
    key="immediate_enrollment",
    title="Immediate enrollment",
    version=1,
    owner_role="transition_specialist",
    else_role="options_desk",
    opens=may_report,
    states=(
        State("today", "Enroll today", within="the same school day", starts=True),
        State("enrolled", "Present on the first day?", within="1 school day"),
        State("records", "Ask for the records", within="14 days", held=True),
        State("papers", "Proof of identity and age", within="16 days", held=True),
        State("follow_up", "Look at credits, services and choices now", within="10 school days"),
        State("settling", "Checks every two weeks", within="10 school days"),
        State("settled", "Settled", ends=True),
        State("not_there", "Did not come", ends=True),
        State("withdrawn", "Not needed", ends=True),
    ),
    steps=(
        Step("enroll", ("today",), "enrolled", "Enroll", who=enrolls, then=enroll_at_once,
             asks=(Field("school", "School", kind="choice", required=True,
                         options=schools_to_enroll_at),
                   Field("first_day", "First day", kind="date", required=True))),
        Step("confirm_first_day", ("enrolled",), "records", "Present on the first day",
             who=follows_up, unless=refuse_early_presence),
        Step("miss", ("enrolled",), "not_there", "Did not come", who=follows_up, asks=(WHY,)),
        Step("ask_records", ("records",), "papers", "Records asked for and in", who=follows_up,
             unless=missing_child_in_the_way,
             asks=(Field("asked_on", "Asked for on", kind="date", required=True),)),
        Step("see_papers", ("papers",), "follow_up", "Papers seen", who=follows_up,
             asks=(Field("proof", "Which proof", required=True),)),
        Step("notify", ("papers",), "follow_up", "Not seen: written notice sent",
             who=follows_up,
             asks=(Field("sent_on", "Sent on", kind="date", required=True),)),
        Step("follow_up", ("follow_up",), "settling", "Followed up", who=works_case,
             asks=(Field("finding", "Credits, services, choices", required=True),)),
        Step("check", ("settling",), "settling", "Check done", who=works_case,
             asks=(Field("finding", "Behavior, attendance, grades", required=True),)),
        Step("settle", ("settling",), "settled", "Settled: close", who=works_case),
        Step("withdraw", ("today",), "withdrawn", "Not needed", who=enrolls, asks=(WHY,)),
    ),
)  # fmt: skip
