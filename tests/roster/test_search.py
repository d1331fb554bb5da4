"""Search finds by number, by the start of a name and by a name alike, and only in scope."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import ProgrammingError, connection, transaction

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.roster.models import Student
from bascule.roster.queries import found_students, sort_key

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.fixture
def students(as_loader: Callable[[], AbstractContextManager[None]]) -> None:
    with as_loader():
        for number, family, given, school in (
            ("71", "Ramírez", "Luz", "S101"),
            ("72", "Ramsey", "Otto", "S101"),
            ("73", "Ñandú", "Ana", "S201"),
            ("74", "Ramirez", "Elsa", "S901"),
        ):
            Student.objects.create(
                number=number, family_name=family, given_name=given,
                sort_name=sort_key(f"{family} {given}"), source="sis", source_key=number,
                school=Organization.objects.get(source_key=school),
            )  # fmt: skip


@pytest.fixture
def numbers(
    students: None,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> Callable[[str, str], list[str]]:
    def found(who: str, text: str) -> list[str]:
        with as_person(who):
            return [student.number for student in found_students(actor(who), text)]

    return found


def test_the_start_of_a_name_is_found_whatever_the_accents(
    numbers: Callable[[str, str], list[str]],
) -> None:
    assert numbers("lead", "ramirez") == ["74", "71"]
    assert numbers("lead", "RAMÍREZ l") == ["71"]


def test_a_misspelled_name_is_found_within_the_scope_alone(
    numbers: Callable[[str, str], list[str]],
) -> None:
    assert numbers("lead", "Ramires") == ["74", "71"]
    assert numbers("okafor", "Ramires") == ["71"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rmairez", ["74", "71"]),  # two letters swapped
        ("Ramirze Luz", ["71"]),
        ("Luz Ramirze", ["71"]),  # the given name first
        ("Ramsy", ["72"]),
        ("Armirez", ["74", "71"]),  # the first two swapped
        ("Nandu Ana", ["73"]),  # the tilde left out
    ],
)
def test_slips_of_the_fingers_are_found(
    numbers: Callable[[str, str], list[str]], text: str, found: list[str]
) -> None:
    assert numbers("lead", text) == found


def test_the_words_of_names_are_for_the_search_alone(
    students: None, as_person: Callable[[str], AbstractContextManager[None]]
) -> None:
    """A word tells that somebody is called so, wherever that student is."""
    for question in ("select * from roster_nameword", "select roster_names_alike('{ramirez}')"):
        with (
            as_person("lead"),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(question)


def test_words_are_known_from_the_day_on_which_a_student_is_renamed(
    students: None,
    numbers: Callable[[str, str], list[str]],
    as_loader: Callable[[], AbstractContextManager[None]],
) -> None:
    assert numbers("lead", "Zeitlre") == []
    with as_loader():
        Student.objects.filter(number="72").update(sort_name="zeitler otto")
    assert numbers("lead", "Zeitlre") == ["72"]


def test_a_number_is_found_within_the_scope_alone(
    numbers: Callable[[str, str], list[str]],
) -> None:
    assert numbers("lead", "73") == ["73"]
    assert numbers("okafor", "73") == []


def test_the_order_of_names_is_that_of_english_and_spanish(
    students: None, as_person: Callable[[str], AbstractContextManager[None]]
) -> None:
    with as_person("lead"):
        names = ["Zoe", "ana de la Cruz", "Ángel", "ñandu", "Nuria", "O'Hara"]
        assert sorted(names, key=sort_key) == [
            "ana de la Cruz", "Ángel", "Nuria", "ñandu", "O'Hara", "Zoe",
        ]  # fmt: skip
