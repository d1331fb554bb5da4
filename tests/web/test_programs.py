"""Programs and lines are opened by the Lead or the desk, and by nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.queries import options_schools
from tests.access.test_both_locks import MEMBERS
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
PROGRAM = {
    "what": "program", "school": "S901", "name": "Evenings", "schedule": "evening",
    "youngest_age": "17", "oldest_age": "20", "fewest_credits": "8", "most_credits": "",
    "languages": "English, Espa\u00f1ol", "supports": "Child care",
}  # fmt: skip
LINE = {
    "what": "line", "lowest": "11", "highest": "12", "service": "iep", "window": "Quarter 3",
    "starts_on": "2027-01-25", "ends_on": "2027-04-02", "seats": "6", "reason": "Agreed.",
}  # fmt: skip


def line_of(program: OptionsProgram, **said: str) -> dict[str, str]:
    return {**LINE, "program": str(program.uuid), **said}


@pytest.mark.parametrize("who", MEMBERS)
def test_only_the_lead_and_the_desk_open_seats(world: World, browse: Browse, who: str) -> None:
    client, program, may = browse(who), OptionsProgram.objects.get(), who in ("lead", "desk")
    assert client.get("/seats/new/").status_code == (200 if may else 404)
    answers = [client.post("/seats/new/", said) for said in (PROGRAM, line_of(program))]
    assert [each.status_code for each in answers] == ([302, 302] if may else [404, 404])
    opened = (OptionsProgram.objects.count(), SeatLine.objects.count())
    assert opened == ((2, 2) if may else (1, 1))


def test_a_program_and_a_line_are_as_they_were_said(world: World, browse: Browse) -> None:
    client = browse("lead")
    client.post("/seats/new/", PROGRAM)
    program = OptionsProgram.objects.get(name="Evenings")
    told = [getattr(program, name) for name in (
        "schedule", "youngest_age", "oldest_age", "fewest_credits", "most_credits", "languages",
        "supports",
    )]  # fmt: skip
    assert told == ["evening", 17, 20, 8, None, ["English", "Espa\u00f1ol"], ["Child care"]]
    assert program.school.source_key == "S901"
    answer = client.post("/seats/new/", line_of(program))
    line = SeatLine.objects.get(program=program)
    assert answer.headers["Location"] == f"/seats/{line.uuid}/"
    assert str(line).endswith("Evenings, 11\u201312, Quarter 3, IEP")
    assert list(line.changes.values_list("seats", "effective_on", "reason", "actor_name")) == [
        (6, AT.date(), "Agreed.", "Marisol Vega")
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": " "}, "A program needs a name."),
        ({"name": "Bridge to a diploma"}, "The school has a program of this name."),
        ({"oldest_age": "16"}, "The oldest age lies below the youngest."),
        ({"most_credits": "7.5"}, "The most credits lie below the fewest."),
        ({"most_credits": "8.25"}, "A number or a day cannot be read"),
        ({"most_credits": "NaN"}, "A number or a day cannot be read"),
        ({"oldest_age": "many"}, "A number or a day cannot be read"),
        ({"schedule": "nights"}, "A number or a day cannot be read"),
        ({"languages": "x" * 41}, "A number or a day cannot be read"),
        ({"school": "S101"}, "A number or a day cannot be read"),
    ],
)
def test_a_program_that_cannot_be_is_refused_in_words(
    world: World, browse: Browse, said: dict[str, str], words: str
) -> None:
    answer = browse("desk").post("/seats/new/", PROGRAM | said)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert OptionsProgram.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"seats": "0"}, "A line needs a window, at least one seat, and a reason."),
        ({"window": ""}, "A line needs a window, at least one seat, and a reason."),
        ({"reason": " "}, "A line needs a window, at least one seat, and a reason."),
        ({"lowest": "12", "highest": "09"}, "The highest grade lies below the lowest."),
        ({"ends_on": "2027-01-24"}, "The last day lies before the first day."),
        ({"lowest": "99"}, "A number or a day cannot be read"),
        ({"starts_on": ""}, "A number or a day cannot be read"),
        ({"program": ""}, "A number or a day cannot be read"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_words(
    world: World, browse: Browse, said: dict[str, str], words: str
) -> None:
    program = OptionsProgram.objects.get()
    answer = browse("desk").post("/seats/new/", line_of(program) | said)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert SeatLine.objects.count() == 1


def test_the_same_line_is_opened_once(world: World, browse: Browse) -> None:
    program, client = OptionsProgram.objects.get(), browse("desk")
    assert client.post("/seats/new/", line_of(program)).status_code == 302
    answer = client.post("/seats/new/", line_of(program))
    assert "There is such a line already: change its seats." in answer.content.decode()
    assert SeatLine.objects.count() == 2


def test_only_options_schools_have_programs(world: World) -> None:
    assert [school.source_key for school in options_schools()] == ["S901"]
