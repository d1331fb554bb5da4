"""What schools and offices do in the demo about their own cases: searches, leavers, tickets.

Specialists work from their queues (`queue_work`). All other workflows are played here from their
declarations alone: at each sitting a few cases are opened and brought to an end, and on the last
afternoon one is left in each state, so that every state of every workflow can be looked at.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bascule.access.acting import acting
from bascule.cases.actions import open_case, take_step
from bascule.cases.declarations import Field, State, Step, Workflow
from bascule.cases.models import CaseFile
from bascule.cases.queries import may_open, open_cases
from bascule.cases.registry import workflow_of, workflows
from bascule.directory.models import Position
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.at_once import REASON
from bascule.mobility.policies import is_night
from bascule.ops.demo_calendar import AS_OF, sittings
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.queue_choices import CHOICES
from bascule.ops.school_words import CHOSEN, OTHER_WORDS, SAID
from bascule.roster.models import Student

ENDED_AT_A_SITTING, WORKED_AT_A_SITTING = 3, 60
SCHOOLS_TRIED = 30
LEFT_LYING = 0.15
NEVER_LEFT = {"immediate_enrollment"}
TRANSFER = "options_transfer"
OF_LEAVERS = {"unproven_transfer"}
OF_HIGH_SCHOOLS = {"soar_workshop", "detention_return", "denial_appeal"}
HIGH_SCHOOL = ("09", "10", "11", "12")
OF_OPTIONS = {"options_to_options"}
WHO_OPENS = ("mobility_lead", "liaison", "data_steward")
OTHER_REASON = "Somebody at the school asked for it."
REASONS = {
    "lost_child": "Not seen for two weeks; the number on record is out of service.",
    "did_not_arrive": "Expected in homeroom on the first day of the term; not there.",
    "unproven_transfer": "The mother said that they move away; nothing has come since.",
    "release_block": "Intake is done and the school has not released for two days.",
    "records_dispute": "The transcript lacks the spring term.",
    "data_flag": "The record came back with a flag when it was asked for.",
    "code_dispute": "Recorded as moved out of the district, and seen in class last week.",
    "residency_dispute": "Letters to the address come back.",
    "homeless_dispute": "The school doubts what the family says about where it sleeps.",
    "discipline_hold": "The last school speaks of days that were not served.",
    "iep_seat": "No program with a free seat offers the services of the IEP.",
    "immediate_enrollment": "Came with an aunt and no papers; wants to begin today.",
    "detention_return": "The mother called: taken to the detention center on Monday.",
    "el_program": "Placed in a class without support for new English learners.",
    "sel_check": "Third school in a year; sits alone and does not speak of home.",
    "soar_workshop": "Wants to come back, and not to the old school.",
    "options_to_options": "Asks for a school with other hours, nearer to the new home.",
    "denial_appeal": "The family asks to look again at the denied transfer.",
}


@dataclass(frozen=True)
class Play:
    """One case to be opened and brought to a state; `number` tells it from every other one."""

    workflow: Workflow
    state: State
    number: int


def work_in_schools(desk: DutyDesk, at: datetime) -> None:
    """Work on what others opened, bring a few cases to an end; at last also one to each state."""
    for case in _most_urgent(desk, at):
        _work_on(desk, case, at)
    known = Position.objects.filter(role="school_clerk").select_related("organization")
    clerks = list(known.order_by("id"))
    for play in _plays(at):
        bring_along(desk, _clerks_for(play, clerks), play, at)
    for case in _most_urgent(desk, at):
        if case.workflow in NEVER_LEFT and case.reason == REASON:  # what a play has led to
            _work_on(desk, case, at)


def _most_urgent(desk: DutyDesk, at: datetime) -> list[CaseFile]:
    """Return the open cases that call for work, as the Lead sees them, the first due first.

    All that may never be left come before them: in a large district hundreds of others are due.
    """
    [lead] = Position.objects.filter(role="mobility_lead")
    actor = _on_duty(desk, lead, at)
    if actor is None:
        return []
    with acting(actor):
        found = open_cases(actor).filter(_calls_for_work())
        at_once = found.filter(workflow__in=NEVER_LEFT)
        return [*at_once, *found.exclude(workflow__in=NEVER_LEFT)[:WORKED_AT_A_SITTING]]


def _calls_for_work() -> Q:
    """The states of which it is said what is done."""
    wanted = Q()
    for workflow, states in CHOSEN.items():
        wanted |= Q(workflow=workflow, state__in=states)
    return wanted


def _work_on(desk: DutyDesk, case: CaseFile, at: datetime) -> None:
    """Take a step of a case; a few are left lying, as everywhere."""
    number = case.student.number if case.student else ""
    draw = random.Random(f"{number} {case.workflow} {case.revision} {at:%j}")  # noqa: S311 - a play
    chosen = CHOSEN[case.workflow][case.state]
    if case.workflow in NEVER_LEFT or draw.random() >= LEFT_LYING:
        key = draw.choice(chosen)
        [step] = [s for s in workflow_of(case.workflow).steps_from(case.state) if s.key == key]
        _taken(desk, case, step, draw, at)


def played_workflows() -> list[Workflow]:
    """Return the workflows that are played here: those that no specialist's choices are about."""
    return [each for each in workflows() if each.key not in CHOICES]


def _plays(at: datetime) -> Iterator[Play]:
    """Yield what is played at a sitting: the ends in turn, and at the last one all open states."""
    played = sorted(played_workflows(), key=lambda each: each.key)
    ends = [(flow, state) for flow in played for state in flow.states if state.ends]
    calendar = school_calendar()
    turn = [each for each in sittings() if calendar.is_school_day(each.date())].index(at)
    for place in range(turn * ENDED_AT_A_SITTING, (turn + 1) * ENDED_AT_A_SITTING):
        if ends:
            yield Play(*ends[place % len(ends)], place)
    if local_day(at) == AS_OF:
        open_states = [(flow, each) for flow in played for each in flow.states if not each.ends]
        for place, (flow, state) in enumerate(open_states):
            yield Play(flow, state, 1_000 + place)


def _clerks_for(play: Play, clerks: Sequence[Position]) -> list[Position]:
    """Return the clerks of the schools whose students such a case can be about."""
    wanted = play.workflow.key in OF_OPTIONS
    return [each for each in clerks if each.organization.is_options or not wanted]


def bring_along(desk: DutyDesk, clerks: Sequence[Position], play: Play, at: datetime) -> None:
    """Open the case at the first school in turn that has a student for it, and go step by step."""
    first = play.number % len(clerks)
    in_turn = [*clerks[first:], *clerks[:first]][:SCHOOLS_TRIED]
    opened = (_opened(desk, clerk, play, at) for clerk in in_turn)
    case = next((each for each in opened if each is not None), None)
    for step in steps_to(play.workflow, play.state.key):
        if case is not None:
            case = _taken(desk, case, step, _draw(play), at)


def _opened(desk: DutyDesk, clerk: Position, play: Play, at: datetime) -> CaseFile | None:
    """Open the case in the name of the first who may, about a student of the clerk's school."""
    positions = [clerk, *Position.objects.filter(role__in=WHO_OPENS).order_by("role", "id")]
    for position in positions:
        actor = _on_duty(desk, position, at)
        if actor is not None and may_open(actor, play.workflow):
            with acting(actor):
                student = _student(clerk, play)
                if student is None:
                    return None
                return open_case(
                    actor, workflow=play.workflow.key, student=student, at=at,
                    reason=REASONS.get(play.workflow.key, OTHER_REASON),
                )  # fmt: skip
    return None


def _student(clerk: Position, play: Play) -> Student | None:
    """Choose a student of the school without such a case or a transfer; or one who left it.

    None where the school has nobody of the grades to which such a case happens.
    """
    known = Student.objects.filter(school=clerk.organization).order_by("source_key")
    if play.workflow.key in OF_HIGH_SCHOOLS:
        known = known.filter(grade__in=HIGH_SCHOOL)
    left = known.filter(left_on__isnull=play.workflow.key not in OF_LEAVERS)
    cases = CaseFile.objects.filter(workflow__in=(play.workflow.key, TRANSFER))
    taken = cases.filter(student__isnull=False).values("student")
    free = list(left.exclude(pk__in=taken)[:50]) or list(known.exclude(pk__in=taken)[:50])
    return _draw(play).choice(free) if free else None


def _taken(
    desk: DutyDesk, case: CaseFile, step: Step, draw: random.Random, at: datetime
) -> CaseFile | None:
    """Take one step in the name of whoever may, the owner on duty first, the school's clerk last.

    None where nobody may, or something stands in the way: the case stays where it is.
    """
    others = Position.objects.filter(role__in=WHO_OPENS).order_by("-role", "id")
    clerk = Position.objects.filter(role="school_clerk", organization=case.school_id)
    for position in (case.owner, *others, *clerk):
        actor = _on_duty(desk, position, at)
        if actor is not None and _may(actor, case, step):
            with acting(actor), suppress(Refusal):
                asked = step.asked_of(actor, case).asks
                answers = {ask.key: said(ask, draw, at) for ask in asked}
                return take_step(actor, case=case, step=step.key, answers=answers, at=at)
            return None
    return None


def _may(actor: Actor, case: CaseFile, step: Step) -> bool:
    with acting(actor):
        return step.who is not None and step.who(actor, case)


def said(ask: Field, draw: random.Random, at: datetime) -> str:
    """Return what is answered: the day of the sitting, one of the choices, or the words kept."""
    if ask.choices:
        return ask.choices[min(draw.randrange(len(ask.choices)) for _ in "ab")][0]
    if ask.key == "last_day":  # the student begins at the other school on the day of the sitting
        return school_calendar().school_days_before(local_day(at), 1).isoformat()
    return local_day(at).isoformat() if ask.kind == "date" else SAID.get(ask.key, OTHER_WORDS)


def steps_to(workflow: Workflow, state: str) -> list[Step]:
    """Return the shortest way of steps that people take from the start to a state."""
    ways: dict[str, list[Step]] = {workflow.start.key: []}
    waiting = deque(ways)
    while waiting:
        here = waiting.popleft()
        for step in workflow.steps_from(here):
            if step.who is not is_night and step.to not in ways:
                ways[step.to] = [*ways[here], step]
                waiting.append(step.to)
    return ways[state]


def _on_duty(desk: DutyDesk, position: Position, at: datetime) -> Actor | None:
    try:
        return desk.on_duty(position, local_day(at))
    except LookupError:
        return None


def _draw(play: Play) -> random.Random:
    return random.Random(f"{play.workflow.key} {play.state.key} {play.number}")  # noqa: S311
