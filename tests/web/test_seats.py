"""The pages of seats: what is free, the ledger of a line, and who may change it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.directory.models import Organization
from bascule.mobility.models import OptionsProgram, SeatChange, SeatLine
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, FIRST_DAY, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
WORKING = {"lead", "okafor", "wren", "brooks", "desk", "intake", "liaison"}
CHANGING = {"lead", "desk"}
MORE = {"seats": "4", "effective_on": "2026-11-23", "reason": "One more teacher."}


@pytest.fixture
def line(world: World) -> SeatLine:
    return SeatLine.objects.get()


def make_lines(count: int) -> None:
    """So many lines more, a seat in each, in a program of their own."""
    with as_role("loader"):
        school = Organization.objects.get(source_key="S901")
        program = OptionsProgram.objects.create(school=school, name=f"{count} windows")
        for number in range(count):
            starts_on = FIRST_DAY + timedelta(days=number)
            made = SeatLine.objects.create(
                program=program, lowest_grade="09", highest_grade="12", window=f"Day {number}",
                starts_on=starts_on, ends_on=date(2027, 6, 30),
            )  # fmt: skip
            made.changes.create(
                seats=1, effective_on=FIRST_DAY, reason="Opened.", user_id=0, at=AT,
                actor_name="the builder",
            )  # fmt: skip


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def words_of(client: Client, address: str) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("who", MEMBERS)
def test_only_who_works_on_cases_sees_seats_and_only_two_roles_change_them(
    line: SeatLine, browse: Browse, who: str
) -> None:
    client, address = browse(who), f"/seats/{line.uuid}/"
    expected = 200 if who in WORKING else 404
    assert [client.get(each).status_code for each in ("/seats/", address)] == [expected] * 2
    status = client.post(address, MORE).status_code
    assert (status == 302) == (who in CHANGING)
    assert SeatChange.objects.filter(line=line).count() == (2 if who in CHANGING else 1)
    if who not in WORKING:
        missing = f"/seats/{world_without(line)}/"
        assert normalized(client.get(address)) == normalized(client.get(missing))


def world_without(line: SeatLine) -> str:
    return str(line.uuid).translate(str.maketrans("0123456789abcdef", "1234567890bcdefa"))


def test_the_list_tells_what_is_free_and_how_much_is_in_use(line: SeatLine, browse: Browse) -> None:
    text = words_of(browse("okafor"), "/seats/")
    assert "Of 9 seats today 5 are free, 2 offered and 2 taken." in text
    assert "Bridge to a diploma, 9\u201312" in text
    with as_role("loader"):
        line.changes.create(seats=-5, effective_on=AT.date(), reason="Flood.", user_id=0, at=AT,
                            actor_name="x")  # fmt: skip
    assert "No line has a free seat today." in words_of(browse("okafor"), "/seats/?show=free")


def test_the_ledger_names_who_changed_what_from_when_and_why(
    line: SeatLine, browse: Browse
) -> None:
    client = browse("lead")
    assert client.post(f"/seats/{line.uuid}/", MORE).status_code == 302
    text = words_of(client, f"/seats/{line.uuid}/")
    assert "Nov 23, 2026 to come +4 13 One more teacher. Marisol Vega" in text
    assert "of 9: 2 offered, 2 taken" in text


def test_students_out_of_sight_are_counted_and_not_named(
    line: SeatLine, browse: Browse, world: World
) -> None:
    """Okafor sees Adair, and Ibarra by a reach; not the restricted Brisa, nor Fenn at all."""
    text = words_of(browse("okafor"), f"/seats/{line.uuid}/")
    assert [name for name in world.students if name in text] == ["Adair", "Ibarra"]
    assert "2 seats are held for students out of your sight." in text


def test_who_has_a_seat_of_a_service_is_told_only_to_who_may_know_of_it(
    line: SeatLine, browse: Browse, world: World
) -> None:
    with as_role("loader"):
        SeatLine.objects.filter(pk=line.pk).update(service=SeatLine.Service.IEP)
    seen = {
        who: [name for name in world.students
              if name in words_of(browse(who), f"/seats/{line.uuid}/")]
        for who in ("okafor", "lead", "liaison")
    }  # fmt: skip
    assert seen["okafor"] == seen["lead"] == []
    assert "Adair" in seen["liaison"]
    assert "4 seats are held for students out of your sight." in words_of(
        browse("okafor"), f"/seats/{line.uuid}/"
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"seats": "-6"}, "Of 9 seats 4 are held: so many cannot be taken away."),
        ({"seats": "0"}, "A change of no seats changes nothing."),
        ({"seats": "four"}, "Say how many seats, and from which day."),
        ({"effective_on": "2026-11-19"}, "A change of seats begins today or later."),
        ({"effective_on": "soon"}, "Say how many seats, and from which day."),
        ({"reason": " "}, "Say why the number of seats changes."),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(
    line: SeatLine, browse: Browse, said: dict[str, str], words: str
) -> None:
    answer = browse("lead").post(f"/seats/{line.uuid}/", MORE | said)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert SeatChange.objects.filter(line=line).count() == 1


def test_seats_that_leave_next_week_are_told_and_not_free(line: SeatLine, browse: Browse) -> None:
    client = browse("lead")
    fewer = MORE | {"seats": "-2"}
    assert client.post(f"/seats/{line.uuid}/", fewer).status_code == 302
    told = "3 free of 9: 2 offered, 2 taken, 2 to be taken away"
    assert told in words_of(client, "/seats/")
    assert told in words_of(client, f"/seats/{line.uuid}/")


def test_as_many_as_are_free_can_be_taken_away(line: SeatLine, browse: Browse) -> None:
    fewer = MORE | {"seats": "-5"}
    assert browse("lead").post(f"/seats/{line.uuid}/", fewer).status_code == 302
    assert "none free" in words_of(browse("lead"), "/seats/")


def test_the_list_asks_as_much_for_300_lines_as_for_3(world: World, browse: Browse) -> None:
    client = browse("okafor")
    make_lines(2)
    three = queries_of(client, "/seats/")
    make_lines(297)
    assert queries_of(client, "/seats/") == three == 12
