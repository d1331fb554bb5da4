"""The night proposes, a steward judges, the loader carries it out; nobody else does any of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting
from bascule.access.models import Decision, User
from bascule.directory.models import Organization
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.ops.cast import CAST
from bascule.roster.actions.judging import carry_out_judgments, judge_pair
from bascule.roster.actions.look_alikes import propose_look_alikes
from bascule.roster.models import (
    Alias,
    EnrollmentClaim,
    Judgment,
    LookAlike,
    LookAlikeSearch,
    Stint,
    Student,
)
from tests.cast import OFFICES_NOT_IN_MINIATURE
from tests.databases import as_role

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Find = Callable[[str], Actor]
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 19, 11, tzinfo=UTC)
NIGHT = AT + timedelta(days=1)
BORN = date(2011, 7, 17)
OTHERS = [each.key for each in CAST if each.key not in {*OFFICES_NOT_IN_MINIATURE, "steward"}]


def student(key: str, given: str, family: str, school: str, *span: date | None) -> Student:
    """Build a student with one enrollment, as a feed would."""
    place = Organization.objects.get(source_key=school)
    starts_on, ends_on = span
    made = Student.objects.create(
        number=key, given_name=given, family_name=family, birth_on=BORN, gender="female",
        school=place, source="sis", source_key=key, changed_at=AT, entered_on=starts_on,
        left_on=ends_on,
    )  # fmt: skip
    claim = EnrollmentClaim.objects.create(
        student=made, school=place, starts_on=starts_on, ends_on=ends_on, entry_code="02",
        source="sis", source_key=f"{key}|{school}", known_from=AT,
    )  # fmt: skip
    Stint.objects.create(
        student=made, school=place, school_year=2027, starts_on=starts_on, ends_on=ends_on,
        entry_code="02", claim=claim,
    )  # fmt: skip
    return made


@pytest.fixture
def people(as_loader: Loader) -> tuple[Student, Student]:
    """Two records of one student; twins; and many whom nothing connects."""
    with as_loader():
        first_day, left = date(2026, 8, 24), date(2026, 10, 23)
        old = student("1", "Briélle", "Okonkwo", "S101", first_day, left)
        new = student("2", "Brieelle", "Okonkwo", "S201", date(2026, 10, 26), None)
        student("3", "Teresa", "Franco", "S102", first_day, None)
        student("4", "Carolina", "Franco", "S102", first_day, None)
        for number, family in enumerate(("Adair", "Brisa", "Calloway", "Deng", "Escobar")):
            student(str(10 + number), f"{family}la", family, "S203", first_day, None)
    return old, new


@pytest.fixture
def pair(people: tuple[Student, Student], as_loader: Loader) -> LookAlike:
    with as_loader():
        propose_look_alikes(NIGHTLY, at=AT)
        return LookAlike.objects.get()


def test_the_night_proposes_the_pair_with_its_reasons_and_not_the_twins(
    people: tuple[Student, Student], as_loader: Loader
) -> None:
    with as_loader():
        counts = propose_look_alikes(NIGHTLY, at=AT)
        assert counts == {"students": 9, "pairs": 1, "new": 1, "cleared": 0}
        found = LookAlike.objects.get()
        assert (found.first, found.second) == people
        assert {key: level for key, level, _ in found.reasons} == {
            "given": "one_letter", "family": "same", "birth": "same", "sex": "same",
            "enrollment": "follows",
        }  # fmt: skip
        assert not Alias.objects.exists()


def test_the_next_night_looks_at_who_changed_and_a_week_later_at_everybody(
    people: tuple[Student, Student], as_loader: Loader
) -> None:
    with as_loader():
        propose_look_alikes(NIGHTLY, at=AT)
        assert propose_look_alikes(NIGHTLY, at=NIGHT)["students"] == 0
        Student.objects.filter(number="10").update(changed_at=NIGHT + timedelta(hours=1))
        later = NIGHT + timedelta(days=1)
        assert propose_look_alikes(NIGHTLY, at=later)["students"] == 1
        assert LookAlike.objects.get().cleared_at is None
        week = AT + timedelta(days=7)
        assert propose_look_alikes(NIGHTLY, at=week)["students"] == 9
        looks = LookAlikeSearch.objects.order_by("at").values_list("is_whole", flat=True)
        assert list(looks) == [True, False, False, True]


def test_a_pair_that_is_alike_no_more_is_cleared_and_comes_back_when_it_is_again(
    pair: LookAlike, as_loader: Loader
) -> None:
    with as_loader():
        name = Student.objects.filter(number="2")
        name.update(given_name="Marcus", gender="male", changed_at=NIGHT)
        assert propose_look_alikes(NIGHTLY, at=NIGHT)["cleared"] == 1
        name.update(given_name="Brielle", gender="female", changed_at=NIGHT + timedelta(hours=1))
        propose_look_alikes(NIGHTLY, at=NIGHT + timedelta(days=1))
        assert LookAlike.objects.get().cleared_at is None


def test_one_student_is_carried_out_by_the_loader_and_taken_back_by_the_other_word(
    pair: LookAlike, people: tuple[Student, Student], actor: Find, as_loader: Loader
) -> None:
    old, new = people
    steward = actor("steward")
    with acting(steward):
        judge_pair(steward, pair=pair, answer="same", survivor=old, at=AT)
        assert not Alias.objects.exists()
    with as_loader():
        counts = carry_out_judgments(NIGHTLY, at=NIGHT)
        assert counts == {"brought together": 1, "brought apart": 0, "not possible": 0}
        alias = Alias.objects.get()
        assert (alias.student, alias.keeper, alias.undone_at) == (new, old, None)
        assert set(EnrollmentClaim.objects.filter(source_key__regex=r"^[12]\|").values_list(
            "student", flat=True)) == {old.pk}  # fmt: skip
    with acting(steward):
        judge_pair(steward, pair=pair, answer="different", at=NIGHT)
    with as_loader():
        counts = carry_out_judgments(NIGHTLY, at=NIGHT)
        assert counts == {"brought together": 0, "brought apart": 1, "not possible": 0}
        assert Alias.objects.get().undone_at == NIGHT
        assert carry_out_judgments(NIGHTLY, at=NIGHT) == dict.fromkeys(counts, 0)
        said = Judgment.objects.order_by("id").values_list("answer", "outcome")
        assert list(said) == [
            ("same", "They are one student."), ("different", "They are two students again."),
        ]  # fmt: skip
    verbs = ("judge_same", "combine_students", "judge_different", "separate_students")
    with as_role("loader"):
        kept = Decision.objects.filter(verb__in=verbs).order_by("at", "id")
        assert tuple(kept.values_list("verb", flat=True)) == verbs


def test_the_newest_word_holds_before_the_night_too(
    pair: LookAlike, people: tuple[Student, Student], actor: Find, as_loader: Loader
) -> None:
    steward = actor("steward")
    with acting(steward):
        first = judge_pair(steward, pair=pair, answer="same", survivor=people[0])
        assert judge_pair(steward, pair=pair, answer="same", survivor=people[0]) == first
        judge_pair(steward, pair=pair, answer="different")
    with as_loader():
        assert sum(carry_out_judgments(NIGHTLY, at=NIGHT).values()) == 0
        assert not Alias.objects.exists()


def test_the_other_record_may_be_chosen_to_remain_afterwards(
    pair: LookAlike, people: tuple[Student, Student], actor: Find, as_loader: Loader
) -> None:
    steward = actor("steward")
    for survivor in people:
        with acting(steward):
            judge_pair(steward, pair=pair, answer="same", survivor=survivor)
        with as_loader():
            carry_out_judgments(NIGHTLY, at=NIGHT)
    with as_loader():
        live = Alias.objects.get(undone_at=None)
        assert (live.student, live.keeper) == people


def test_two_different_students_are_never_proposed_again(
    pair: LookAlike, actor: Find, as_loader: Loader
) -> None:
    steward = actor("steward")
    with acting(steward):
        judge_pair(steward, pair=pair, answer="different")
    with as_loader():
        assert propose_look_alikes(NIGHTLY, at=NIGHT, is_whole=True)["new"] == 0
        assert list(LookAlike.objects.filter(judgments=None)) == []


def test_nobody_but_the_steward_judges_or_sees_what_is_proposed(
    pair: LookAlike, people: tuple[Student, Student], actor: Find
) -> None:
    for person in map(actor, OTHERS):
        with acting(person):
            assert list(LookAlike.objects.all()) == []
            with pytest.raises(NotPermitted):
                judge_pair(person, pair=pair, answer="same", survivor=people[0])
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Judgment.objects.create(
                    pair=pair, answer="different", user_id=person.user_id, actor_name="x", at=AT
                )


def test_the_steward_can_only_speak_in_their_own_name_and_cannot_carry_out(
    pair: LookAlike, actor: Find
) -> None:
    steward = actor("steward")
    other = User.objects.get(username="auditor")
    with acting(steward):
        for wrong in ({"user_id": other.pk}, {"user_id": steward.user_id, "done_at": AT}):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Judgment.objects.create(
                    pair=pair, answer="different", actor_name="x", at=AT, **wrong
                )
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            LookAlike.objects.update(weight=1)
        with connection.cursor() as cursor:
            cursor.execute(
                "select has_table_privilege('bascule_app', 'roster_alias', 'insert, update')"
            )
            assert cursor.fetchone() == (False,)


def test_who_remains_is_one_of_the_two(
    pair: LookAlike, people: tuple[Student, Student], actor: Find
) -> None:
    steward = actor("steward")
    stranger = Student(pk=people[1].pk + 1)
    with acting(steward):
        for survivor in (None, stranger):
            with pytest.raises(Refusal, match="which of the two"):
                judge_pair(steward, pair=pair, answer="same", survivor=survivor)
        with pytest.raises(Refusal, match="one student or two"):
            judge_pair(steward, pair=pair, answer="perhaps")


def test_looking_takes_as_many_queries_for_many_students_as_for_few(
    people: tuple[Student, Student], as_loader: Loader
) -> None:
    with as_loader():
        with CaptureQueriesContext(connection) as few:
            propose_look_alikes(NIGHTLY, at=AT)
        for number in range(40):
            student(str(100 + number), f"Sam{number}", f"Ines{number}", "S203", BORN, None)
        with CaptureQueriesContext(connection) as many:
            propose_look_alikes(NIGHTLY, at=NIGHT, is_whole=True)
    assert len(many) == len(few) - 2  # no question for when the last look was
