"""Fifty people offer a seat of one line at the same instant: seven get one, 43 hear why not."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from time import sleep

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions import offers
from bascule.mobility.actions.offers import hold_seat
from bascule.mobility.models import OptionsProgram, SeatHold, SeatLine
from bascule.mobility.queries import Standing, standings
from bascule.roster.models import Student
from tests.databases import Databases, as_role, connect_as
from tests.world import AT, BUILDER, FIRST_DAY

OFFERS, SEATS = 50, 7
Act = Callable[[Actor, CaseFile, SeatLine], None]


@pytest.fixture
def own_database(
    databases: Databases, worker_id: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this test alone: what its threads commit is nobody else's."""
    name = f"fifty_{worker_id}"
    databases.copy(databases.seated, name)
    connect_as("app", databases.cluster, name)
    with django_db_blocker.unblock(), databases.in_a_crowd():
        yield
        connection.close()
    connect_as("app", databases.cluster, f"test_{worker_id}")


def a_line() -> SeatLine:
    school = Organization.objects.get(source_key="S901")
    program = OptionsProgram.objects.create(school=school, name="Bridge to a diploma")
    line = SeatLine.objects.create(
        program=program, lowest_grade="09", highest_grade="12", window="Quarter 2",
        starts_on=FIRST_DAY, ends_on=FIRST_DAY.replace(year=FIRST_DAY.year + 1),
    )  # fmt: skip
    line.changes.create(
        seats=SEATS, effective_on=FIRST_DAY, reason="Opened.", user_id=0, at=AT,
        actor_name="the builder",
    )  # fmt: skip
    return line


def cases_to_offer() -> list[CaseFile]:
    school = Organization.objects.get(source_key="S101")
    students = Student.objects.bulk_create(
        Student(number=str(n), source="sis", source_key=str(n), family_name="Ines", grade="09",
                school=school)
        for n in range(OFFERS)
    )  # fmt: skip
    openings = [Opening(student, "Asked.") for student in students]
    opened = open_cases(BUILDER, workflow="options_transfer", openings=openings, at=AT)
    CaseFile.objects.update(state="counseling")
    return opened


def take_the_step(actor: Actor, case: CaseFile, line: SeatLine) -> None:
    """Offer as people do: the step with its grounds, its record and its hold."""
    said = {"seat": str(line.uuid), "consent": "2026-11-19", "override": "Near home."}
    take_step(actor, case=case, step="offer", answers=said, at=AT)


def hold_alone(actor: Actor, case: CaseFile, line: SeatLine) -> None:
    """Hold without the record of decisions, whose chain makes every verb wait for its turn."""
    case.due_at = AT + timedelta(days=2)
    hold_seat(actor, case=case, answers={"seat": str(line.uuid)}, at=AT)


@pytest.mark.parametrize("act", [take_the_step, hold_alone])
def test_seven_seats_are_held_seven_times_when_fifty_are_offered_at_once(
    own_database: None, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    with as_role("loader"), holding_clock(AT):
        line, cases = a_line(), cases_to_offer()
        lead = actor_of(User.objects.get(username="lead"))
    monkeypatch.setattr(offers, "standings", counted_slowly)
    gate = Barrier(OFFERS)

    def offer(case: CaseFile) -> str:
        try:
            with holding_clock(AT), acting(lead):
                gate.wait(timeout=60)
                act(lead, case, line)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(OFFERS) as pool:
        outcomes = Counter(pool.map(offer, cases))
    assert outcomes["held"] == SEATS
    assert sum(outcomes.values()) == OFFERS
    assert set(outcomes) <= {"held", "no-seat", "no-such-answer"}
    with as_role("loader"):
        [standing] = standings([line], AT)
        assert (standing.offered, standing.taken, standing.free) == (SEATS, 0, 0)
        assert SeatHold.objects.count() == SEATS


def counted_slowly(lines: list[SeatLine], at: datetime) -> list[Standing]:
    """Count, and let others run before anything is done with the number."""
    counted = standings(lines, at)
    sleep(0.01)
    return counted
