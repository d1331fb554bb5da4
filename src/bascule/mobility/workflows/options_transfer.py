"""One transfer request to an Options school, from draft to stable (mobility.md 1.5).

The clocks are the proposal of that page and stay configuration until the district confirms them.
"""

from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.mobility.actions.at_once import leave_for_immediate_lane, refuse_another_lane
from bascule.mobility.actions.eligibility import (
    found_eligibility,
    refuse_unexplained,
    refuse_without_due_process,
)
from bascule.mobility.actions.forwarding import missing_child_in_the_way, unless_flagged
from bascule.mobility.actions.handovers import (
    commit_handover,
    refuse_early_presence,
    refuse_handover,
    return_to_sending_school,
)
from bascule.mobility.actions.offers import (
    UNANSWERED,
    Ended,
    accept_seat,
    decline_seat,
    end_sight,
    freeing_seat,
)
from bascule.mobility.actions.options_moves import leave_earlier_seat, refuse_options_student
from bascule.mobility.actions.promises import (
    disordered_promise,
    finish_months,
    judge_promise,
    unjudged_promise,
)
from bascule.mobility.actions.ranking import CHOICES_RANKED, keep_ranking, named_twice
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.actions.sight import keep_sending_school_in_sight
from bascule.mobility.matchers import offer_seat, unexplained_choice
from bascule.mobility.policies import (
    answers_offer,
    leads,
    may_request,
    releases,
    requests,
    works_case,
)
from bascule.mobility.promises import SAID
from bascule.mobility.queries import free_seats, place_of_seat
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES, EntryKind, ExitKind

WHY = Field("why", "Why", required=True)
DECLINED = (
    ("family", "The family declined"),
    (UNANSWERED, "Nobody answered in time"),
    ("no_service", "The school lacks a service that the student needs"),
    ("safety", "Safety at the school or on the way"),
    ("elsewhere", "Another place was found"),
)
EXCEPTION = Field("exception", "What was asked; why it goes on where a rule does not pass")
DUE_PROCESS = (
    ("held", "Held, with counseling and other ways named"),
    ("other_ground", "Not owed: the denial is not for age"),
)
COMES_BY = tuple(
    (each.code, f"{each.code} {each.title}") for each in ENTRY_CODES.values()
    if each.kind in (EntryKind.TRANSFER_WITHIN, EntryKind.RE_ENTRY)
)  # fmt: skip
LEAVES_BY = tuple(
    (each.code, f"{each.code} {each.title}") for each in EXIT_CODES.values()
    if each.kind == ExitKind.TRANSFER_WITHIN
)  # fmt: skip
SENDING_HALF = (
    Field("last_day", "Last day at the sending school", kind="date", required=True),
    Field("exit_code", "Leave code", required=True, choices=LEAVES_BY),
    Field("gap_because", "If a school day lies between: why"),
)
RECEIVING_HALF = (
    Field("first_day", "First day at the receiving school", kind="date", required=True),
    Field("entry_code", "Entry code", required=True, choices=COMES_BY),
)
PROMISE = (
    Field("first_day_on", "First day expected on", kind="date", required=True),
    Field("first_week", "First week: days and hours", required=True),
    Field("advocate", "Advocate at the school", required=True),
    Field(
        "finish_in", "Finishes in", kind="choice", required=True, options=finish_months, keeps=str
    ),
)

PLACEMENT_STATES = (
    State("counseling", "Options counseling", within="3 school days"),
    State("offered", within="48 business hours", held=True),
    State("waitlisted", within="10 school days", held=True),
    State("intake", "Intake scheduled", within="5 school days"),
    State("release_requested", within="24 hours", held=True),
    State("release_escalated", "Release with the Lead", within="24 hours"),
    State("enrolled", within="1 school day"),
    State("records", "Records on the way", within="14 days", held=True),
    State("stabilizing", within="10 school days"),
    State("closed_stable", "Closed: stable", ends=True),
    State("left_again", "Closed: left again", ends=True),
    State("returned", "Closed: returned to the sending school", ends=True),
    State("withdrawn", "Closed: withdrawn", ends=True),
    State("denied", "Closed: denied", ends=True),
    State("at_once", "Closed: enrolled at once", ends=True),
)
PLACEMENT_STEPS = (
    Step("offer", ("counseling", "waitlisted"), "offered", "Offer a seat", who=works_case,
         asks=(Field("seat", "Seat", kind="choice", required=True, options=free_seats,
                     keeps=place_of_seat, lifted_by=LEAD),
               Field("consent", "Consent recorded on", kind="date", required=True),
               Field("override", "Why, if it is not one of the three that fit best")),
         unless=unexplained_choice, then=offer_seat),
    Step("waitlist", ("counseling",), "waitlisted", "No seat: waitlist", who=works_case),
    Step("accept_offer", ("offered",), "intake", "Accept", who=answers_offer, in_time=True,
         asks=(Field("intake_on", "Intake on", kind="date", required=True),
               *PROMISE),
         unless=disordered_promise, then=accept_seat),
    Step("lapse_offer", ("offered",), "counseling", "Decline", who=answers_offer,
         asks=(Field("because", "What happened", required=True, choices=DECLINED), WHY),
         then=decline_seat),
    Step("finish_intake", ("intake",), "release_requested", "Intake done: ask for release",
         who=answers_offer, asks=RECEIVING_HALF, then=keep_sending_school_in_sight),
    Step("release", ("release_requested", "release_escalated"), "enrolled", "Release",
         who=releases, asks=SENDING_HALF, unless=unless_flagged(refuse_handover),
         then=commit_handover),
    Step("refuse_release", ("release_requested",), "release_escalated", "Refuse",
         who=releases, asks=(WHY,)),
    Step("escalate", ("release_requested",), "release_escalated", "To the Lead",
         who=works_case),
    Step("force_release", ("release_escalated",), "enrolled", "Force the release", who=leads,
         asks=(WHY, *SENDING_HALF), unless=unless_flagged(refuse_handover),
         then=commit_handover),
    Step("confirm_first_day", ("enrolled",), "records", "Present on the first day",
         who=answers_offer, unless=refuse_early_presence, then=leave_earlier_seat),
    Step("confirm_records", ("records",), "stabilizing", "Records are in", who=works_case,
         unless=missing_child_in_the_way),
    Step("check", ("stabilizing",), "stabilizing", "Check done", who=works_case,
         asks=(Field("finding", "Behavior, attendance, grades", required=True),
               Field("promise", "At the first check: was the school's promise kept?",
                     choices=SAID)),
         unless=unjudged_promise, then=judge_promise),
    Step("close_stable", ("stabilizing",), "closed_stable", "Stable: close", who=works_case,
         then=end_sight),
    Step("close_left", ("stabilizing", "records", "enrolled"), "left_again", "Left again",
         who=works_case, asks=(WHY,), then=freeing_seat(Ended.LEFT)),
    Step("close_returned", ("stabilizing", "records"), "returned", "Returned", who=works_case,
         asks=(WHY,), then=return_to_sending_school),
)  # fmt: skip
"""From counseling to the last check: the same for every move to an Options school."""

UNTIL_ENROLLED = (
    "draft", "submitted", "eligibility", "prevention", "counseling", "offered", "waitlisted",
    "intake", "release_requested", "release_escalated",
)  # fmt: skip
"""No state may block who has to be enrolled the same day (domain/mobility.md 6.1 item 2)."""

WORKFLOW = Workflow(
    key="options_transfer",
    title="Options transfer",
    version=1,
    owner_role="transition_specialist",
    absorbs=("reengagement",),
    opens=may_request,
    unless=refuse_options_student,
    states=(
        State("draft", within="2 school days", starts=True),
        State("submitted", within="1 school day"),
        State("eligibility", "Eligibility check", within="2 school days"),
        State("prevention", "Prevention review", within="3 school days"),
        *PLACEMENT_STATES,
    ),
    steps=(
        Step("submit", ("draft",), "submitted", who=requests,
             asks=(Field("reason_code", "Reason", required=True, choices=(
                 ("credits", "Behind in credits"), ("safety", "Safety"),
                 ("schedule", "Needs another schedule"), ("reengaging", "Coming back to school"),
                 ("family", "Family wish"))),)),
        Step("claim", ("submitted",), "eligibility", "Claim", who=works_case),
        Step("pass_eligibility", ("eligibility",), "prevention", "Eligible", who=works_case,
             asks=(EXCEPTION,), unless=refuse_unexplained, finds=found_eligibility),
        Step("finish_prevention", ("prevention",), "counseling", "Review done", who=works_case,
             asks=(Field("interventions", "What the school tried, or the waiver",
                         required=True),)),
        Step("deny", ("eligibility", "prevention"), "denied", "Deny", who=works_case,
             asks=(WHY, Field("due_process", "From 19 on: due process", choices=DUE_PROCESS)),
             unless=refuse_without_due_process, finds=found_eligibility),
        Step("rank", ("counseling",), "counseling", "Record the student's ranking", who=works_case,
             asks=CHOICES_RANKED, unless=named_twice, then=keep_ranking, keeps_clock=True),
        Step("rank_again", ("waitlisted",), "waitlisted", "Record the student's ranking",
             who=works_case, asks=CHOICES_RANKED, unless=named_twice, then=keep_ranking,
             keeps_clock=True),
        *PLACEMENT_STEPS,
        Step("enroll_at_once", UNTIL_ENROLLED, "at_once", "May not wait: enroll today",
             who=requests, unless=refuse_another_lane, then=leave_for_immediate_lane),
        Step("withdraw", ("draft", "submitted", "eligibility", "prevention", "counseling",
                          "offered", "waitlisted", "intake"), "withdrawn", "Withdraw",
             who=requests, asks=(WHY,), then=freeing_seat(Ended.WITHDRAWN)),
    ),
)  # fmt: skip
