"""In the demo, the office's own papers are written: two gaps, two procedures, a network's plan.

On the last afternoon, by those whose they are; none of them is about a student.
"""

from datetime import date, datetime, timedelta

from bascule.access.acting import acting
from bascule.directory.models import Organization, Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.mobility.actions.contingency import agree_plan, write_plan
from bascule.mobility.actions.gaps import decide_gap, open_gap
from bascule.mobility.actions.procedures import certify_by, publish_procedure, sign_procedure
from bascule.mobility.actions.scenarios import add_scenario
from bascule.mobility.models import ProcedureVersion
from bascule.mobility.queries import failures
from bascule.ops.demo_calendar import AS_OF
from bascule.ops.duty_desk import DutyDesk

DECIDED_AGO = timedelta(days=45)
FAXES = "Records are asked for by fax, and nobody confirms that they came"
CODES = "Clerks take code 02 for students who leave the district"
MAILED = "Records are asked for by mail, with a copy to the network"
HOME_VISIT = (
    "Two people go together, never one. The card says the office's number and no reason. Who opens"
    " is asked for the student's guardian by name. What was seen is noted the same day."
)
CODES_BY_HEART = (
    "A leave code says what is proven, not what is likely. Code 33 needs the request of the other"
    " district. Code 86 comes last: all phone numbers, then a home visit, then a certified letter."
    " The day of entry at one school is the day after the last day at the other."
)
SCENARIOS = (
    (
        "A student has not come for two weeks, and two of three phone numbers were called."
        " A colleague wants to use code 86 today. What comes first?",
        ("The third number, then a home visit, then the certified letter", "Code 86, then a visit",
         "Code 33, because the family may have moved"), 0,
        "Code 86 needs three steps in order, each with its evidence.",
        "Code 86 comes last: all phone numbers, then a home visit, then a certified letter.",
    ),
    (
        "The last day at the sending school was a Friday. Which entry day does the next school"
        " take?",
        ("The same Friday", "The day after the last day"), 1,
        "Two codes on one day count the student at two schools.",
        "The day of entry at one school is the day after the last day at the other.",
    ),
)  # fmt: skip
"""Question, answers, the place of the right one, why, and the passage that says so."""
PLAN = (
    "The colleague of the next network answers the phone; claims and releases go to the office's"
    " desk the same hour; the chief is told by noon."
)


def write_office_papers(desk: DutyDesk, at: datetime) -> None:
    """Let the Lead, the specialists and a chief write what is theirs; on the last afternoon."""
    if local_day(at) != AS_OF:
        return
    [lead] = Position.objects.filter(role="mobility_lead")
    _write_gaps(desk, lead, at)
    _publish_procedure(desk, lead, at)
    _certify_schools(desk, lead, at)
    _agree_plan(desk, lead, at)


def _write_gaps(desk: DutyDesk, lead: Position, at: datetime) -> None:
    writer, decider = (desk.on_duty(each, AS_OF) for each in (desk.specialists[0], lead))
    with acting(writer):
        gap = open_gap(writer, pattern=FAXES, root_cause="no_answer", at=at - 2 * DECIDED_AGO)
        open_gap(writer, pattern=CODES, root_cause="wrong_code", at=at)
    with acting(decider):
        decide_gap(decider, gap=gap, decision=MAILED, on=AS_OF - DECIDED_AGO, at=at)


def _publish_procedure(desk: DutyDesk, lead: Position, at: datetime) -> None:
    actor = desk.on_duty(lead, AS_OF)
    with acting(actor):
        version = publish_procedure(
            actor, title="Home visits", office="Options Network", words=HOME_VISIT, link="",
            starts_on=date(AS_OF.year, 8, 17), ends_on=None,
            signers=("transition_specialist", "mobility_lead"), at=at,
        )  # fmt: skip
    for position in desk.specialists[:2]:
        specialist = desk.on_duty(position, AS_OF)
        with acting(specialist):
            sign_procedure(specialist, version=version, at=at)


def _certify_schools(desk: DutyDesk, lead: Position, at: datetime) -> None:
    """Certify two at the first school and one at the next; at the others nobody is yet."""
    actor = desk.on_duty(lead, AS_OF)
    with acting(actor):
        version = publish_procedure(
            actor, title="Enroll and leave codes", office="Options Network", words=CODES_BY_HEART,
            link="", starts_on=date(AS_OF.year, 8, 17), ends_on=None, signers=(), at=at,
        )  # fmt: skip
        certify_by(actor, procedure=version.procedure, at=at)
        answers = _ask(actor, version, at)
    staff = Position.objects.filter(role__in=("principal", "school_clerk")).order_by("id")
    for position in staff[:3]:
        holder = desk.holder(position, AS_OF)
        with acting(holder):
            sign_procedure(holder, version=version, answers=answers, at=at)


def _ask(actor: Actor, version: ProcedureVersion, at: datetime) -> dict[int, int]:
    """Build a scenario of each of the commonest failures; return the right answers by number."""
    found = {}
    patterns = [each.key for each in failures(actor, at)]
    for pattern, (question, texts, right, why, passage) in zip(patterns, SCENARIOS, strict=False):
        scenario = add_scenario(
            actor, version=version, failure=pattern, question=question, answers=texts, right=right,
            why=why, passage=passage, at=at,
        )  # fmt: skip
        found[scenario.number] = right
    return found


def _agree_plan(desk: DutyDesk, lead: Position, at: datetime) -> None:
    chief = Position.objects.filter(role="network_chief").order_by("id").first()
    network = Organization.objects.filter(pk=chief.organization_id if chief else 0).first()
    if chief is None or network is None:
        return
    writer, agreeing = (desk.on_duty(each, AS_OF) for each in (lead, chief))
    with acting(writer):
        plan = write_plan(writer, network=network, words=PLAN, at=at)
    with acting(agreeing):
        agree_plan(agreeing, plan=plan, at=at)
