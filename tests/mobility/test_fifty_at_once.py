"""Fifty people offer a seat of one line at the same instant: seven get one, 43 hear why not."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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
from bascule.mobility.models import OptionsProgram, SeatHold, SeatLine
from bascule.mobility.queries import standings
from bascule.roster.models import Student
from tests.databases import Databases, as_role, connect_as
from tests.world import AT, BUILDER, FIRST_DAY

OFFERS, SEATS = 50, 7


@pytest.fixture
def own_database(
    databases: Databases, worker_id: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this test alone: what its threads commit is nobody else's."""
    name = f"fifty_{worker_id}"
    databases.copy(databases.seated, name)
    connect_as("app", databases.cluster, name)
    with django_db_blocker.unblock():
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


def test_seven_seats_are_held_seven_times_when_fifty_are_offered_at_once(
    own_database: None,
) -> None:
    with as_role("loader"), holding_clock(AT):
        line, cases = a_line(), cases_to_offer()
        lead = actor_of(User.objects.get(username="lead"))
    gate = Barrier(OFFERS)

    def offer(case: CaseFile) -> str:
        with holding_clock(AT):
            try:
                return _offer(lead, case, line, gate)
            finally:
                connection.close()

    with ThreadPoolExecutor(OFFERS) as pool:
        outcomes = Counter(pool.map(offer, cases))
    assert outcomes["held"] == SEATS
    assert sum(outcomes.values()) - outcomes["held"] == OFFERS - SEATS
    assert set(outcomes) <= {"held", "no-seat", "no-such-answer"}
    with as_role("loader"):
        [standing] = standings([line], AT)
        assert (standing.offered, standing.taken, standing.free) == (SEATS, 0, 0)
        assert SeatHold.objects.count() == SEATS
        assert CaseFile.objects.filter(state="offered").count() == SEATS


def _offer(actor: Actor, case: CaseFile, line: SeatLine, gate: Barrier) -> str:
    """Wait until all are there, then offer; return what came of it."""
    said = {"seat": str(line.uuid), "consent": "2026-11-19"}
    try:
        with acting(actor):
            gate.wait(timeout=60)
            take_step(actor, case=case, step="offer", answers=said, at=AT)
    except Refusal as refusal:
        return refusal.code
    return "held"
