"""Seats of Options programs: what a line holds, who holds one, and what the tables refuse."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.mobility.models import OptionsProgram, SeatHold, SeatLine
from bascule.mobility.queries import accepted_hold, receiving_school
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def line(world: World, as_loader: AsLoader) -> SeatLine:
    """A line of the one Options school."""
    with as_loader():
        school = Organization.objects.get(source_key="S901")
        program = OptionsProgram.objects.create(school=school, name="Half day")
        return SeatLine.objects.create(
            program=program, lowest_grade="09", highest_grade="10", window="Quarter 2",
            starts_on=date(2026, 11, 2), ends_on=date(2027, 1, 22),
        )  # fmt: skip


def offered(line: SeatLine, case: CaseFile) -> SeatHold:
    return SeatHold.objects.create(
        line=line,
        case=case,
        student_id=case.student_id or 0,
        held_at=AT,
        until_at=AT + timedelta(days=2),
    )


def test_the_receiving_school_is_that_of_the_accepted_seat(
    world: World, line: SeatLine, as_loader: AsLoader
) -> None:
    case = world.cases["Jansen"]
    with as_loader():
        hold = offered(line, case)
        assert (accepted_hold(case), receiving_school(case)) == (None, None)
        hold.until_at, hold.accepted_at = None, AT
        hold.save()
        assert (accepted_hold(case), receiving_school(case)) == (hold, line.program.school)
        assert receiving_school(world.cases["Huang"]) is None
        hold.ended_at, hold.ended_because = AT, SeatHold.Ended.LEFT
        hold.save()
        assert (accepted_hold(case), receiving_school(case)) == (None, None)


def test_a_case_holds_one_seat_at_a_time(world: World, line: SeatLine, as_loader: AsLoader) -> None:
    with as_loader():
        offered(line, world.cases["Jansen"])
        with pytest.raises(IntegrityError, match="seat_hold_once_a_case"), transaction.atomic():
            offered(line, world.cases["Jansen"])


def test_an_offer_holds_up_to_its_instant_and_not_after_it(
    world: World, line: SeatLine, as_loader: AsLoader
) -> None:
    with as_loader():
        hold = offered(line, world.cases["Jansen"])
        ends = hold.until_at
        assert ends is not None
        counted = []
        for at in (ends, ends + timedelta(microseconds=1)):
            with connection.cursor() as cursor:
                cursor.execute("select * from mobility_seats_in_use(%s, %s)", [[line.pk], at])
                counted.append(cursor.fetchall())
    assert counted == [[(line.pk, 1, 0)], []]
