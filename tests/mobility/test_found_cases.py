"""What the night found opens cases once, respects what was decided, and clears what is over."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile, Note
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import local_day
from bascule.mobility.actions.found_cases import (
    clear_found_cases,
    open_found_cases,
    renew_found_cases,
)
from bascule.roster.models import Student
from bascule.roster.rules import Finding
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
BEGAN = date(2026, 11, 2)
RULE = "enrollment_gap"
LEAD = replace(BUILDER, permissions=frozenset({"work_cases", "force_release"}))


@pytest.fixture
def world(world: World, as_loader: Loading) -> Iterator[World]:
    """The world with all its cases of a year ago and closed, while the loader is at work."""
    with as_loader():
        CaseFile.objects.all().update(
            opened_at=AT - timedelta(days=365), closed_at=AT, due_at=None, state="not_reached"
        )
        yield world


def found(student: Student, began_on: date = BEGAN) -> tuple[int, Finding]:
    assert student.school_id
    return student.pk, Finding(RULE, 1, str(student.school_id), began_on, "Gone for 20 days.", {})


def open_now(student: Student, began_on: date = BEGAN, at: datetime = AT) -> list[CaseFile]:
    return open_found_cases(NIGHTLY, rule=RULE, found=[found(student, began_on)], at=at)


def test_the_same_finding_opens_one_case_however_many_nights_it_stands(world: World) -> None:
    student = world.students["Adair"]
    [case] = open_now(student)
    assert open_now(student, at=AT + timedelta(days=1)) == []
    assert (case.particulars["began_on"], case.state) == ("2026-11-02", "found")


def close(case: CaseFile, state: str, at: datetime = AT) -> None:
    case.state, case.closed_at, case.due_at = state, at, None
    case.save()


@pytest.mark.parametrize("state", ["elsewhere", "not_reached"])
def test_what_was_decided_stays_decided_while_the_roster_says_the_same(
    world: World, state: str
) -> None:
    student = world.students["Adair"]
    close(open_now(student)[0], state)
    assert open_now(student, at=AT + timedelta(days=60)) == []


def test_what_somebody_was_asked_to_look_into_and_closed_is_not_found_again(
    world: World,
) -> None:
    student = world.students["Adair"]
    [case] = open_now(student)
    close(case, "elsewhere")
    CaseFile.objects.filter(pk=case.pk).update(particulars={})
    asked_on = local_day(case.opened_at)
    with transaction.atomic():
        CaseFile.objects.filter(pk=case.pk).update(tier=CaseFile.Tier.RESTRICTED)
        assert len(open_now(student, asked_on, at=AT + timedelta(days=60))) == 1
        transaction.set_rollback(True)
    assert open_now(student, asked_on, at=AT + timedelta(days=60)) == []
    assert len(open_now(student, asked_on + timedelta(days=1), at=AT + timedelta(days=60))) == 1


def test_a_case_that_went_on_in_another_decides_nothing(world: World) -> None:
    student = world.students["Adair"]
    [case] = open_now(student)
    CaseFile.objects.filter(pk=case.pk).update(closed_at=AT, absorbed_by=world.cases["Adair"])
    assert len(open_now(student, at=AT + timedelta(days=60))) == 1


def test_a_new_gap_of_the_same_student_opens_a_case_again(world: World) -> None:
    student = world.students["Adair"]
    close(open_now(student)[0], "not_reached")
    assert len(open_now(student, date(2026, 11, 16))) == 1


@pytest.mark.parametrize(("later", "opened"), [(timedelta(days=6), 0), (timedelta(days=14), 1)])
def test_who_is_said_to_be_back_is_looked_for_again_when_the_roster_does_not_agree_in_time(
    world: World, later: timedelta, opened: int
) -> None:
    student = world.students["Adair"]
    close(open_now(student)[0], "back")
    assert len(open_now(student, at=AT + later)) == opened


def test_a_case_nobody_took_up_is_cleared_when_its_finding_is_gone(world: World) -> None:
    gone, still = world.students["Adair"], world.students["Escobar"]
    [case], [other] = open_now(gone), open_now(still)
    assert clear_found_cases(NIGHTLY, rule=RULE, found=[found(still)], at=AT) == 1
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.state, case.closed_at) == ("returned", AT)
    assert (other.state, other.closed_at) == ("found", None)


def test_a_case_somebody_works_on_stays_theirs_and_is_told_once(world: World) -> None:
    [case] = open_now(world.students["Adair"])
    take_step(LEAD, case=case, step="take_up", at=AT)
    for _ in range(2):
        assert clear_found_cases(NIGHTLY, rule=RULE, found=[], at=AT) == 0
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("reaching", None)
    assert list(Note.objects.filter(case=case).values_list("text", "actor_name")) == [
        (
            "The roster no longer shows why this case was opened."
            f" The student is at {world.students['Adair'].school}.",
            "the nightly job",
        )
    ]


def test_cases_that_people_opened_are_not_cleared_by_the_night(world: World) -> None:
    [case] = open_now(world.students["Adair"])
    CaseFile.objects.filter(pk=case.pk).update(particulars={})
    assert clear_found_cases(NIGHTLY, rule=RULE, found=[], at=AT) == 0


def renewed(student: Student, began_on: date, because: str = "Gone for 20 days.") -> int:
    now_found = Finding(RULE, 1, str(student.school_id), began_on, because, {})
    return renew_found_cases(NIGHTLY, rule=RULE, found=[(student.pk, now_found)], at=AT)


def test_a_case_says_what_the_night_finds_now_and_keeps_what_it_said(world: World) -> None:
    student = world.students["Adair"]
    [case] = open_now(student)
    take_step(LEAD, case=case, step="take_up", at=AT)
    assert renewed(student, BEGAN) == 0
    said = case.reason
    assert renewed(student, date(2026, 11, 9), "Gone since Nov 9.") == 1
    case.refresh_from_db()
    assert case.reason == f"Gone since Nov 9. Last at {student.school}."
    assert (case.particulars["began_on"], case.state) == ("2026-11-09", "reaching")
    [note] = Note.objects.filter(case=case)
    assert note.text == f"The roster reads otherwise now. Until last night: {said}"


def test_a_case_stays_about_its_own_finding_and_never_turns_to_one_that_is_decided(
    world: World,
) -> None:
    """A later gap is decided, then an earlier one shows itself after a correction."""
    student, later = world.students["Adair"], date(2026, 11, 16)
    close(open_now(student, later)[0], "not_reached")
    [case] = open_now(student)
    both = [found(student), found(student, later)]
    assert renew_found_cases(NIGHTLY, rule=RULE, found=both, at=AT) == 0
    assert renew_found_cases(NIGHTLY, rule=RULE, found=both[1:], at=AT) == 0
    case.refresh_from_db()
    assert case.particulars["began_on"] == str(BEGAN)


def test_what_is_true_again_is_no_longer_marked_as_cleared(world: World) -> None:
    student = world.students["Adair"]
    [case] = open_now(student)
    take_step(LEAD, case=case, step="take_up", at=AT)
    clear_found_cases(NIGHTLY, rule=RULE, found=[], at=AT)
    assert renewed(student, BEGAN) == 1
    case.refresh_from_db()
    assert "cleared_on" not in case.particulars
    clear_found_cases(NIGHTLY, rule=RULE, found=[], at=AT)
    assert Note.objects.filter(case=case).count() == 2


def test_the_found_are_not_sent_to_the_database_one_by_one(world: World) -> None:
    gone = world.students["Adair"]
    open_now(gone)
    many = [(number, found(gone)[1]) for number in range(1_000_000, 1_002_000)]
    with CaptureQueriesContext(connection) as queries:
        assert clear_found_cases(NIGHTLY, rule=RULE, found=many, at=AT) == 1
    assert [each["sql"] for each in queries if "1000007" in each["sql"]] == []
