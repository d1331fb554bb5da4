"""Who did not arrive, and who left without proof: what the night opens, clears and lets lapse."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting, actor_of
from bascule.access.models import Decision, User
from bascule.cases.actions import close_cases, take_step
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Position
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.refusal import NotPermitted
from bascule.kernel.wording import Voice
from bascule.mobility.actions.found_cases import (
    clear_found_cases,
    open_found_cases,
    renew_found_cases,
)
from bascule.mobility.telling import case_words
from bascule.roster.models import Reach, Student
from bascule.roster.rules import DID_NOT_ARRIVE, UNPROVEN_TRANSFER, Figures, Finding, finding
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
Found = list[tuple[int, Finding]]
CHICAGO = ZoneInfo("America/Chicago")
LEFT = date(2026, 10, 20)


@pytest.fixture
def world(world: World, as_loader: Loading) -> Iterator[World]:
    """The world while the loader is at work."""
    with as_loader():
        yield world


def person(key: str) -> Actor:
    return actor_of(User.objects.get(username=key))


def not_arrived(student: Student) -> tuple[int, Finding]:
    return student.pk, finding(
        DID_NOT_ARRIVE, str(student.school_id), date(2026, 8, 24), {"exit_code": "99"}
    )


def unproven(student: Student, *, past: int = 0, days: int = 31) -> tuple[int, Finding]:
    deadline = "2026-07-31" if past else "2027-07-31"
    figures: Figures = {"days": days, "deadline": deadline, "past_deadline": past,
                        "exit_code": "33"}  # fmt: skip
    return student.pk, finding(UNPROVEN_TRANSFER, str(student.school_id), LEFT, figures)


def opened(rule: str, found: Found, at: datetime = AT) -> list[CaseFile]:
    return open_found_cases(NIGHTLY, rule=rule, found=found, at=at)


@pytest.mark.parametrize(
    ("found_at", "due_at"),
    [
        (
            datetime(2026, 11, 18, 4, 30, tzinfo=CHICAGO),
            datetime(2026, 11, 18, 20, 30, tzinfo=CHICAGO),
        ),
        (datetime(2026, 11, 21, 4, 30, tzinfo=CHICAGO), datetime(2026, 11, 23, 16, tzinfo=CHICAGO)),
    ],
)
def test_who_did_not_arrive_is_the_clerks_to_call_the_same_evening(
    world: World, found_at: datetime, due_at: datetime
) -> None:
    student = world.students["Adair"]
    [case] = opened("did_not_arrive", [not_arrived(student)], found_at)
    assert case.owner == Position.objects.get(source_key="clerk_0")
    assert case.due_at == due_at
    assert case.reason == (
        f"Expected and recorded as did not arrive (code 99). Expected at {student.school}."
    )


def test_why_it_is_open_is_told_in_any_language_from_what_is_kept(world: World) -> None:
    cases = opened("did_not_arrive", [not_arrived(world.students["Adair"])])
    cases += opened("unproven_transfer", [unproven(world.students["Escobar"])])
    other = Voice(translated=lambda text: f"¡{text}", counted=lambda *_: "", day=str)
    told = [case_words(other, particulars=each.particulars, stored=each.reason) for each in cases]
    adair, escobar = world.students["Adair"].school, world.students["Escobar"].school
    assert told == [
        f"¡Expected and recorded as did not arrive (code 99). ¡Expected at {adair}.",
        "¡Left on 2026-10-20 with code 33 and nothing proves the new school;"
        f" counts as a dropout after 2027-07-31. ¡Last at {escobar}.",
    ]


def test_a_later_night_that_finds_the_same_changes_nothing(world: World) -> None:
    student = world.students["Adair"]
    opened("unproven_transfer", [unproven(student)])
    again = [unproven(student, days=32)]
    assert opened("unproven_transfer", again, AT + timedelta(days=1)) == []
    assert renew_found_cases(NIGHTLY, rule="unproven_transfer", found=again, at=AT) == 0


@pytest.mark.parametrize("step", [None, "log_call"])
def test_who_arrived_is_cleared_by_the_night_whatever_was_done(
    world: World, step: str | None
) -> None:
    [case] = opened("did_not_arrive", [not_arrived(world.students["Adair"])])
    if step:
        with acting(person("clerk_0")):
            take_step(person("clerk_0"), case=case, step=step,
                      answers={"reached": "family", "outcome": "Comes on Monday"})  # fmt: skip
    assert clear_found_cases(NIGHTLY, rule="did_not_arrive", found=[], at=AT) == 1
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.due_at) == ("arrived", AT, None)
    assert [each.step for each in case.transitions.all()][-1] == "clear"
    assert list(Reach.objects.filter(because=f"case {case.uuid}").values_list("ends_at")) == [(AT,)]
    kept = Decision.objects.filter(uuid=case.uuid, verb="did_not_arrive.clear")
    assert [each.particulars["to"] for each in kept] == ["arrived"]


def test_whom_nobody_can_trace_is_looked_for_as_a_lost_child(world: World) -> None:
    student = world.students["Adair"]
    [case] = opened("did_not_arrive", [not_arrived(student)])
    clerk = person("clerk_0")
    with acting(clerk):
        take_step(clerk, case=case, step="log_call",
                  answers={"reached": "nobody", "outcome": "Out of service"})  # fmt: skip
        take_step(clerk, case=case, step="lose_trace", answers={"attempts": "Six calls."})
        found = CaseFile.objects.filter(student=student, closed_at=None, workflow="lost_child")
        assert [(each.state, each.owner_id) for each in found] == [("phoning", case.owner_id)]


@pytest.mark.parametrize("who", ["okafor", "principal_0", "counselor_0", "chief_0"])
def test_nobody_but_the_clerk_and_the_lead_says_that_a_student_arrived(
    world: World, who: str
) -> None:
    [case] = opened("did_not_arrive", [not_arrived(world.students["Adair"])])
    other = person(who)
    with acting(other), pytest.raises(NotPermitted, match="is not yours to take"):
        take_step(other, case=case, step="close_arrived", answers={"seen_on": "2026-11-20"})


def test_a_leaver_without_proof_is_due_on_31_july_after_the_school_year(world: World) -> None:
    [case] = opened("unproven_transfer", [unproven(world.students["Adair"])])
    assert case.due_at == datetime(2027, 7, 31, 16, 30, tzinfo=CHICAGO)
    clerk = person("clerk_0")
    with acting(clerk):
        case = take_step(clerk, case=case, step="ask_proof",
                         answers={"asked_on": "2026-11-20", "asked_of": "Registrar"})  # fmt: skip
    assert case.due_at == datetime(2027, 7, 31, 16, 30, tzinfo=CHICAGO)


def test_who_left_in_an_earlier_school_year_opens_no_case(world: World) -> None:
    found = [unproven(world.students["Adair"], past=1), unproven(world.students["Escobar"])]
    cases = opened("unproven_transfer", found)
    assert [case.student for case in cases] == [world.students["Escobar"]]


def test_after_31_july_the_night_lets_a_case_lapse_and_no_later_night_opens_it(
    world: World,
) -> None:
    over, still = world.students["Adair"], world.students["Escobar"]
    [case] = opened("unproven_transfer", [unproven(over)])
    [other] = opened("unproven_transfer", [unproven(still)])
    later = datetime(2027, 8, 2, 11, tzinfo=UTC)
    found = [unproven(over, past=1), unproven(still)]
    assert clear_found_cases(NIGHTLY, rule="unproven_transfer", found=found, at=later) == 1
    assert clear_found_cases(NIGHTLY, rule="unproven_transfer", found=found, at=later) == 0
    for each in (case, other):
        each.refresh_from_db()
    assert (case.state, other.state) == ("dropout", "unproven")
    last = Transition.objects.filter(case=case).last()
    assert last is not None
    assert (last.step, last.was_late) == ("lapse", True)
    assert opened("unproven_transfer", found, later) == []


@pytest.mark.parametrize("proof", ["records_request", "home_school"])
def test_what_was_proven_stays_closed_while_the_roster_says_the_same(
    world: World, proof: str
) -> None:
    found = [unproven(world.students["Adair"])]
    [case] = opened("unproven_transfer", found)
    clerk = person("clerk_0")
    with acting(clerk):
        take_step(clerk, case=case, step="prove", answers={
            "proof": proof, "received_on": "2026-11-20", "school": "Rockford East",
        })  # fmt: skip
    assert opened("unproven_transfer", found, AT + timedelta(days=90)) == []


def test_many_cases_close_together_and_what_somebody_moved_meanwhile_stays(world: World) -> None:
    students = [world.students[name] for name in ("Adair", "Calloway", "Escobar")]
    cases = opened("did_not_arrive", [not_arrived(each) for each in students])
    moved = cases[1]
    CaseFile.objects.filter(pk=moved.pk).update(revision=2, state="calling")
    assert close_cases(NIGHTLY, cases=cases, step="clear", at=AT) == 2
    assert close_cases(NIGHTLY, cases=cases, step="clear", at=AT) == 0
    states = CaseFile.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk")
    assert [each.state for each in states] == ["arrived", "calling", "arrived"]


def test_only_the_night_closes_many_and_a_step_that_asks_is_taken_one_by_one(
    world: World,
) -> None:
    cases = opened("did_not_arrive", [not_arrived(world.students["Adair"])])
    clerk = person("clerk_0")
    with acting(clerk), pytest.raises(NotPermitted, match="is not yours to take"):
        close_cases(clerk, cases=cases, step="clear", at=AT)
    with pytest.raises(ValueError, match="take it one by one"):
        close_cases(NIGHTLY, cases=cases, step="close_arrived", at=AT)
    with as_role("loader"):
        assert CaseFile.objects.get(pk=cases[0].pk).state == "expected"


def test_opening_asks_no_more_for_twelve_students_than_for_two(world: World) -> None:
    found = [unproven(each) for each in world.students.values()]
    asked = []
    for some in (found[:2], found[2:]):
        with CaptureQueriesContext(connection) as queries:
            opened("unproven_transfer", some)
        of_decisions = [each for each in queries if "access_decision" in each["sql"]]
        asked.append(len(queries) - len(of_decisions))
    assert asked[0] == asked[1]
