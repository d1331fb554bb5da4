"""Offers of a round and offers of specialists on the same seats at once: none is given twice."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.round_offers import make_offer, make_offers
from bascule.mobility.actions.rounds import prepare_round, run_round
from bascule.mobility.models import OptionsProgram, RoundResult, SeatLine
from bascule.mobility.queries import standings
from bascule.roster.models import Student
from tests.databases import Databases, as_role, connect_as
from tests.mobility.round_world import STARTS_ON, WINDOW, a_program, a_transfer, keep_ranked
from tests.world import AT

SEATS, PLACED, RIVALS = 6, 6, 12


@pytest.fixture
def own_database(
    databases: Databases, worker_id: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this test alone: what its threads commit is nobody else's."""
    name = f"round_{worker_id}"
    databases.copy(databases.seated, name)
    connect_as("app", databases.cluster, name)
    with django_db_blocker.unblock(), databases.in_a_crowd():
        yield
        connection.close()
    connect_as("app", databases.cluster, f"test_{worker_id}")


def crowd(program: OptionsProgram, count: int, name: str) -> list[CaseFile]:
    school = Organization.objects.get(source_key="S101")
    students = Student.objects.bulk_create(
        Student(number=f"{name}{n}", source="sis", source_key=f"{name}{n}", family_name=name,
                grade="10", school=school)
        for n in range(count)
    )  # fmt: skip
    cases = [a_transfer(student) for student in students]
    for case in cases:
        keep_ranked(case, [program])
    return cases


def test_no_seat_is_given_twice_while_others_are_offered_one_by_one(own_database: None) -> None:
    """Six offers of a round and twelve of specialists at the same instant, on six seats."""
    with as_role("loader"), holding_clock(AT):
        program = a_program("Mornings", SEATS)
        crowd(program, PLACED, "Round")
        lead = actor_of(User.objects.get(username="lead"))
    with holding_clock(AT), acting(lead):
        placement = prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        placement = run_round(lead, placement=placement, at=AT)
        make_offers(lead, placement=placement, families=PLACED, run_at=placement.run_at, at=AT)
        rows = list(placement.results.filter(offer="due"))
    with as_role("loader"), holding_clock(AT):
        rivals = crowd(program, RIVALS, "Rival")
        line = SeatLine.objects.get(program=program)
    assert len(rows) == PLACED
    gate = Barrier(PLACED + RIVALS)

    def offer(one: RoundResult | CaseFile) -> str:
        try:
            with holding_clock(AT), acting(lead):
                gate.wait(timeout=60)
                if isinstance(one, RoundResult):
                    made = make_offer(lead, result=one.uuid, at=AT)
                    return f"round {made.offer} {made.skipped_because}" if made else "lost"
                said = {"seat": str(line.uuid), "consent": "2026-11-19", "override": "Near home."}
                take_step(lead, case=one, step="offer", answers=said, at=AT)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "single"

    with ThreadPoolExecutor(PLACED + RIVALS) as pool:
        told = Counter(pool.map(offer, [*rows, *rivals]))
    assert told["single"] + told["round made "] == SEATS
    assert told["round made "] + told["round skipped no_seat"] == PLACED
    assert told["single"] + told["no-seat"] + told["no-such-answer"] == RIVALS
    with as_role("loader"):
        [standing] = standings([line], AT)
        made = RoundResult.objects.filter(offer="made").count()
    assert (standing.offered, standing.free, made) == (SEATS, 0, told["round made "])
