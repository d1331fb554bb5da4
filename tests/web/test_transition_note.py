"""A note goes with the student: whoever sees the student reads it, a part of it only the tier."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from bascule.access.models import Decision, Disclosure
from bascule.kernel.actor import OFFICE, Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.transition_notes import sign_transition_note
from bascule.mobility.models import RestrictedPart, TransitionNote
from bascule.mobility.models.transition_notes import LONGEST
from bascule.mobility.queries import restricted_parts, transition_notes
from bascule.roster.models import Mark, Student
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
As = Callable[[str], AbstractContextManager[None]]
SAID = {"strengths": "Draws, and mends bicycles.", "plan": "Algebra 2, one lab science"}
SECRET = "Stays with a cousin on Pulaski."


@pytest.fixture(autouse=True)
def morning() -> object:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def calloway(world: World) -> Student:
    """A student of the elementary school, about whom nobody has signed a note."""
    return world.students["Calloway"]


@pytest.fixture
def sign(actor: Find, as_person: As) -> Callable[..., TransitionNote]:
    """`sign("lead", student, restricted=...)`: a note with the usual words."""

    def signed(who: str, student: Student, **more: object) -> TransitionNote:
        with as_person(who):
            said: dict[str, object] = {"words": SAID, **more}
            return sign_transition_note(actor(who), student=student, **said)  # type: ignore[arg-type]

    return signed


def address(student: Student) -> str:
    return f"/students/{student.uuid}/transition-note/"


def test_a_counselor_signs_on_the_page_and_the_credits_of_the_day_stay_with_it(
    world: World, browse: Browse
) -> None:
    student, client = world.students["Brisa"], browse("counselor_0")
    with as_role("loader"):
        Mark.objects.filter(student=student).update(credits_earned=Decimal("1.50"))
    answer = client.post(address(student), SAID | {"finish_on": "2027-06"})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(student))
    with as_role("loader"):
        Mark.objects.filter(student=student).update(credits_earned=Decimal("2.00"))
    page = client.get(address(student)).content.decode()
    assert [words in page for words in ("1.50 of 24 earned", "June 2027", "mends bicycles")] == [
        True, True, True,
    ]  # fmt: skip
    assert "1 earlier note" in page  # the world begins with one
    assert "Signed by Nina Castellanos" in client.get(f"/students/{student.uuid}/").content.decode()
    with as_role("loader"):
        assert Decision.objects.filter(verb="sign_transition_note", uuid=student.uuid).count() == 1


def test_without_marks_the_credits_are_not_known_rather_than_none(
    calloway: Student, browse: Browse, sign: Callable[..., TransitionNote]
) -> None:
    assert sign("lead", calloway).credits is None
    assert "not known: no marks" in browse("lead").get(address(calloway)).content.decode()


def test_the_next_school_reads_it_and_the_last_one_no_longer(
    world: World, calloway: Student, browse: Browse, sign: Callable[..., TransitionNote]
) -> None:
    sign("lead", calloway)
    readers = ("clerk_1", "intake")
    assert [browse(who).get(address(calloway)).status_code for who in readers] == [200, 404]
    with as_role("loader"):
        Student.objects.filter(pk=calloway.pk).update(school=world.students["Kowal"].school)
    assert [browse(who).get(address(calloway)).status_code for who in readers] == [404, 200]
    assert "mends bicycles" in browse("intake").get(address(calloway)).content.decode()


def test_who_writes_the_restricted_part_does_not_read_it_and_the_liaison_does(
    world: World, browse: Browse, actor: Find, as_person: As
) -> None:
    student = world.students["Brisa"]
    client = browse("counselor_0")
    client.post(address(student), SAID | {"restricted": SECRET})
    for asked in ("", "?file=1"):
        assert SECRET not in client.get(address(student) + asked).content.decode()
    with as_person("counselor_0"):
        assert restricted_parts(actor("counselor_0"), student) == {}
        assert list(RestrictedPart.objects.all()) == []  # row-level security alone
    liaison = browse("liaison")
    assert SECRET in liaison.get(address(student)).content.decode()
    assert SECRET not in liaison.get(address(student) + "?file=1").content.decode()


def test_nobody_adds_a_restricted_part_to_what_another_signed(
    world: World, as_person: As, sign: Callable[..., TransitionNote]
) -> None:
    note = sign("lead", world.students["Brisa"])
    with as_person("counselor_0"), pytest.raises(DatabaseError), transaction.atomic():
        RestrictedPart.objects.create(note=note, text=SECRET)


def test_a_signed_note_is_never_changed(
    world: World, as_person: As, sign: Callable[..., TransitionNote]
) -> None:
    note = sign("counselor_0", world.students["Brisa"])
    with as_person("counselor_0"), pytest.raises(DatabaseError), transaction.atomic():
        TransitionNote.objects.filter(pk=note.pk).update(strengths="None.")
    with as_person("counselor_0"), pytest.raises(DatabaseError), transaction.atomic():
        TransitionNote.objects.filter(pk=note.pk).delete()


def test_a_clerk_reads_and_does_not_sign_and_nobody_signs_out_of_sight(
    calloway: Student, browse: Browse, actor: Find, as_person: As
) -> None:
    clerk = browse("clerk_1")
    assert 'name="strengths"' not in clerk.get(address(calloway)).content.decode()
    assert clerk.post(address(calloway), SAID).status_code == 404
    assert browse("counselor_0").post(address(calloway), SAID).status_code == 404
    with as_person("counselor_0"), pytest.raises(NotPermitted):
        sign_transition_note(actor("counselor_0"), student=calloway, words=SAID)
    with as_role("loader"):
        assert not TransitionNote.objects.filter(student=calloway).exists()


def test_the_liaisons_name_would_say_why_and_does_not_stand_under_it(
    calloway: Student, sign: Callable[..., TransitionNote]
) -> None:
    assert sign("liaison", calloway).signed_name == OFFICE


def test_the_same_words_again_are_one_note_and_other_words_another(
    calloway: Student, sign: Callable[..., TransitionNote], as_person: As
) -> None:
    first, again = sign("lead", calloway), sign("lead", calloway)
    newer = sign("lead", calloway, words={"after": "Wants to weld."})
    assert first == again
    with as_person("lead"):
        assert transition_notes(calloway) == [newer, first]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"words": {"strengths": "  "}}, "empty"),
        ({"words": {"strengths": "x" * (LONGEST + 1)}}, "too-long"),
        ({"restricted": "x" * (LONGEST + 1)}, "too-long"),
        ({"finish_on": date(2026, 10, 1)}, "not-to-come"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    calloway: Student, sign: Callable[..., TransitionNote], more: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        sign("lead", calloway, **more)
    assert refused.value.code == code
    assert sign("lead", calloway, finish_on=date(2026, 11, 1)).finish_on == date(2026, 11, 1)


def test_a_month_that_cannot_be_read_keeps_what_was_typed_out_of_the_table(
    calloway: Student, browse: Browse
) -> None:
    answer = browse("lead").post(address(calloway), SAID | {"finish_on": "June"})
    assert (answer.status_code, "2027-06" in answer.content.decode()) == (409, True)
    with as_role("loader"):
        assert not TransitionNote.objects.filter(student=calloway).exists()


def test_the_file_opens_without_the_network_and_its_taking_is_recorded(
    world: World, browse: Browse
) -> None:
    answer = browse("counselor_0").get(address(world.students["Adair"]) + "?file=1")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="transition-note-{world.students["Adair"].number}.html"'
    )
    text = answer.content.decode()
    assert "Adair reads maps." in text
    assert [word for word in ("src=", "href=", "<script", "<link") if word in text] == []
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        rows = Disclosure.objects.using("ledger").values_list("page", "filter", "students")
        kept = list(rows)
        cursor.execute("set role bascule_ledger")
    assert kept == [("transition-note", {"file": "True"}, [str(world.students["Adair"].uuid)])]
