"""Two rounds of the demo's last days: one is offered, and one is prepared with who still waits.

Specialists record the rankings, the Lead does the rest. So that a lottery has something to decide,
two programs have few seats: the first Options school, where the cast's intake works, and the next.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

from bascule.access.acting import acting
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Position
from bascule.kernel.actor import Actor
from bascule.mobility.actions.ranking import CHOICES_RANKED, RANKING_STEPS
from bascule.mobility.actions.round_odds import count_odds
from bascule.mobility.actions.round_offers import make_offer, make_offers
from bascule.mobility.actions.rounds import prepare_round, run_round
from bascule.mobility.actions.seats import change_seats
from bascule.mobility.models import OptionsProgram, PlacementRound, RoundResult, SeatLine
from bascule.mobility.queries import WAITING, standings, waiting_transfers, windows_to_come
from bascule.ops.demo_calendar import AS_OF, MORNING, ZONE
from bascule.ops.duty_desk import DutyDesk

OFFERED_AT = datetime(AS_OF.year, AS_OF.month, AS_OF.day - 1, 16, 30, tzinfo=ZONE)
PREPARED_AT = OFFERED_AT + timedelta(days=1)
FEW_SEATS, SHARE_OF_THE_FIRST = 2, 45
RANKED_TWICE = 40
"""Of a hundred students so many name two programs alone: to them a third can be proposed."""


def play_round(desk: DutyDesk, at: datetime, busy: set[str]) -> None:
    """Play the round of `at`; `busy` are the keys of students whose script goes on."""
    lead = desk.on_duty(Position.objects.get(role="mobility_lead"), at.date())
    is_first = at == OFFERED_AT
    with acting(lead):
        windows = windows_to_come(at.date())
        cases = [case for case in waiting_transfers(lead) if _takes_part(case, busy, is_first)]
    if not (windows and cases):
        return
    window, starts_on, _last = windows[0] if is_first else windows[-1]
    popular = _popular_programs(lead, window, at)
    for case in cases:
        _rank(desk, case, popular, at)
    with acting(lead):
        placement = prepare_round(lead, window=window, starts_on=starts_on, at=at)
        count_odds(lead, placement=placement.uuid, at=at + timedelta(minutes=5))
    if is_first:
        _offer(lead, placement, at + timedelta(minutes=20))


def _takes_part(case: CaseFile, busy: set[str], is_first: bool) -> bool:
    """Choose half of those who wait for the first round; late cases are left to their desks."""
    student = case.student
    if student is None or student.source_key in busy or (case.due_at and case.due_at < MORNING):
        return False
    return not is_first or crc32(student.source_key.encode()) % 2 == 0


def _popular_programs(lead: Actor, window: str, at: datetime) -> list[OptionsProgram]:
    """Return three programs with general seats in the window, and leave the first two few."""
    general = SeatLine.objects.filter(window=window, service=SeatLine.Service.GENERAL)
    lines = general.order_by("program__school__source_key", "program__id", "id")
    programs: list[OptionsProgram] = []
    with acting(lead):
        for standing in standings(lines.select_related("program__school"), at):
            program = standing.line.program
            if program not in programs:
                programs.append(program)
            if program in programs[:2] and standing.free > FEW_SEATS:
                change_seats(
                    lead, line=standing.line, seats=FEW_SEATS - standing.free, at=at,
                    effective_on=max(at.date(), standing.line.starts_on),
                    reason="Two rooms are lent to the workshop",
                )  # fmt: skip
    return programs[:3]


def _rank(desk: DutyDesk, case: CaseFile, popular: Sequence[OptionsProgram], at: datetime) -> None:
    """Let the desk of a case record the ranking: most name the first program first."""
    draw = crc32(f"ranking {case.student}".encode()) % 100
    order = list(popular) if draw < SHARE_OF_THE_FIRST else [*popular[1:2], *popular[:1]]
    order += [] if draw < RANKED_TWICE else [each for each in popular if each not in order]
    answers = {ask.key: str(each.uuid) for ask, each in zip(CHOICES_RANKED, order, strict=False)}
    actor = desk.on_duty(case.owner, at.date())
    step = dict(zip(WAITING, RANKING_STEPS, strict=True))[case.state]
    with acting(actor):
        take_step(actor, case=case, step=step, answers=answers, at=at - timedelta(minutes=30))


def _offer(lead: Actor, placement: PlacementRound, at: datetime) -> None:
    """Run the round and make its offers as the jobs would, each by itself."""
    with acting(lead):
        ran = run_round(lead, placement=placement, at=at)
        if ran.placed:
            make_offers(lead, placement=ran, families=ran.placed, run_at=ran.run_at, at=at)
        due = list(RoundResult.objects.filter(round=ran, offer="due").order_by("number"))
    for row in due:
        with acting(lead):
            make_offer(lead, result=row.uuid, at=at)
