"""An offer holds a seat for 48 business hours; nobody is offered one that is not there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client

from bascule.access.acting import acting
from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.models import OptionsProgram, SeatHold, SeatLine
from bascule.mobility.policies import receives
from bascule.mobility.queries import free_seats, receiving_school, standings
from bascule.roster.models import Reach, Student
from tests.databases import as_role
from tests.world import AT, BUILDER, FIRST_DAY, PROMISE, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Cast = Callable[[str], Actor]
AsLoader = Callable[[], AbstractContextManager[None]]
INTAKE = {"intake_on": "2026-11-24", **PROMISE}
DECLINED = {"because": "no_service", "why": "No teacher for the plan this quarter."}


@pytest.fixture
def line(world: World) -> SeatLine:
    """The world's one line: nine seats, one offered (Adair, Brisa), two taken."""
    return SeatLine.objects.select_related("program__school").get()


@pytest.fixture
def counseled(world: World, as_loader: AsLoader) -> CaseFile:
    """A transfer of a student of Network 1, ready to be offered a seat."""
    with as_loader():
        return ready_to_offer(world.students["Adair"])


def ready_to_offer(student: Student) -> CaseFile:
    opening = Opening(student, "Asked.")
    [case] = open_cases(BUILDER, workflow="options_transfer", openings=[opening], at=AT)
    case.state = "counseling"
    case.save()
    return case


def act(
    actor: Actor, case: CaseFile, step: str, answers: dict[str, str], at: datetime = AT
) -> CaseFile:
    with acting(actor):
        return take_step(actor, case=case, step=step, answers=answers, at=at)


def offer(actor: Actor, case: CaseFile, line: SeatLine, at: datetime = AT) -> CaseFile:
    said = {"seat": str(line.uuid), "consent": "2026-11-19"}
    return act(actor, case, "offer", said, at)


def hold_of(case: CaseFile) -> SeatHold:
    with as_role("loader"):
        return SeatHold.objects.filter(case=case).latest("id")


def standing(line: SeatLine, at: datetime = AT) -> tuple[int, int, int, int]:
    [each] = standings([line], at)
    return each.capacity, each.offered, each.taken, each.free


def test_an_offer_holds_the_seat_as_long_as_its_clock_runs(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    assert standing(line) == (9, 2, 2, 5)
    case = offer(actor("okafor"), counseled, line)
    hold = hold_of(case)
    assert (hold.until_at, hold.accepted_at) == (case.due_at, None)
    assert standing(line) == (9, 3, 2, 4)
    assert case.due_at is not None
    last, after = case.due_at, case.due_at + timedelta(seconds=1)
    assert [standing(line, at)[1] for at in (last, after)] == [1, 0]


def test_what_was_offered_is_kept_in_words(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    offer(actor("okafor"), counseled, line)
    with as_role("loader"):
        said = Transition.objects.get(case=counseled, step="offer").answers
    assert said == {
        "seat": "Second Bridge Options High School: Bridge to a diploma, Semester 1",
        "consent": "2026-11-19",
    }


def test_that_a_seat_is_for_a_service_is_read_nowhere_by_who_sees_the_case(
    counseled: CaseFile, line: SeatLine, actor: Cast, browse: Callable[[str], Client]
) -> None:
    with as_role("loader"):
        SeatLine.objects.filter(pk=line.pk).update(service=SeatLine.Service.IEP)
    offer(actor("okafor"), counseled, line)
    with as_role("loader"):
        said = Transition.objects.get(case=counseled, step="offer").answers
    assert said["seat"] == "Second Bridge Options High School: Bridge to a diploma, Semester 1"
    sending, receiving = browse("counselor_0"), browse("intake")
    for page in (sending.get(f"/cases/{counseled.uuid}/"), receiving.get("/arrivals/")):
        assert page.status_code == 200
        assert "Semester 1" in page.content.decode()
        assert "IEP" not in page.content.decode()


def test_a_new_ranking_does_not_give_counseling_new_time(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    due = counseled.due_at
    ranked = {"first": str(line.program.uuid)}
    case = act(actor("okafor"), counseled, "rank", ranked, AT + timedelta(hours=30))
    assert (case.state, case.due_at, case.revision) == ("counseling", due, counseled.revision + 1)


def test_only_lines_with_a_free_seat_for_the_grade_can_be_chosen(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    with as_role("loader"):
        shape = {"program": line.program, "window": "Now", "ends_on": line.ends_on}
        for lowest, highest, starts_on, seats in (
            ("09", "10", FIRST_DAY, 1), ("11", "12", FIRST_DAY, 1), ("09", "09", FIRST_DAY, 0),
        ):  # fmt: skip
            made = SeatLine.objects.create(
                lowest_grade=lowest, highest_grade=highest, starts_on=starts_on, **shape
            )
            if seats:
                add(made, seats)
        over = SeatLine.objects.create(
            program=line.program, lowest_grade="09", highest_grade="12", window="Last year",
            starts_on=FIRST_DAY - timedelta(days=300), ends_on=FIRST_DAY,
        )  # fmt: skip
        add(over, 5)
    with acting(actor("okafor")):
        chosen = [words.split(", ", 1)[1] for _, words in free_seats(actor("okafor"), counseled)]
    assert chosen == ["9\u201312, Semester 1", "9\u201310, Now"]
    with pytest.raises(Refusal, match="Not a possible answer: Seat") as refused:
        offer(actor("okafor"), counseled, over)
    assert refused.value.lifted_by == "the Mobility Lead"


def add(line: SeatLine, seats: int, effective_on: datetime = AT) -> None:
    line.changes.create(
        seats=seats, effective_on=effective_on.date(), reason="Opened.", user_id=0,
        actor_name="the builder", at=AT,
    )  # fmt: skip


def test_a_seat_that_is_taken_away_next_week_is_not_offered_today(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    with as_role("loader"):
        add(line, -5, AT + timedelta(days=7))
    assert standing(line) == (9, 2, 2, 0)
    with pytest.raises(Refusal, match="Not a possible answer: Seat"):
        offer(actor("okafor"), counseled, line)


def test_the_school_of_the_offer_sees_the_student_until_it_declines(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    student, intake = counseled.student_id, actor("intake")
    with as_role("loader"):
        Reach.objects.filter(because="test", student=student).delete()
    assert sees(intake, student) is False
    offer(actor("okafor"), counseled, line)
    assert sees(intake, student) is True
    assert act(intake, counseled, "lapse_offer", DECLINED).state == "counseling"
    assert sees(intake, student) is False
    assert hold_of(counseled).ended_because == "declined"
    assert standing(line) == (9, 2, 2, 5)


def sees(actor: Actor, student: int | None) -> bool:
    with acting(actor):
        return Student.objects.filter(pk=student).exists()


def test_the_school_accepts_with_intake_and_first_day(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    offer(actor("okafor"), counseled, line)
    assert act(actor("intake"), counseled, "accept_offer", INTAKE).state == "intake"
    hold = hold_of(counseled)
    assert (hold.until_at, hold.accepted_at) == (None, AT)
    assert (str(hold.intake_on), str(hold.first_day_on)) == ("2026-11-24", "2026-11-30")
    with acting(actor("okafor")):
        assert receiving_school(counseled) == line.program.school
    assert standing(line) == (9, 2, 3, 4)


def test_a_first_day_before_the_intake_is_refused(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    offer(actor("okafor"), counseled, line)
    said = {**INTAKE, "first_day_on": "2026-11-23"}
    with pytest.raises(Refusal, match="The first day lies before the intake"):
        act(actor("okafor"), counseled, "accept_offer", said)


@pytest.mark.parametrize("who", ["principal_0", "clerk_0", "counselor_0", "wren", "desk"])
def test_nobody_else_answers_for_the_school_or_the_family(
    counseled: CaseFile, line: SeatLine, actor: Cast, who: str
) -> None:
    offer(actor("okafor"), counseled, line)
    for step, said in (("accept_offer", INTAKE), ("lapse_offer", DECLINED)):
        with pytest.raises((NotPermitted, CaseFile.DoesNotExist)):
            act(actor(who), counseled, step, said)
    assert hold_of(counseled).ended_at is None


def test_an_intake_of_another_school_does_not_receive(
    counseled: CaseFile, line: SeatLine, actor: Cast
) -> None:
    offer(actor("okafor"), counseled, line)
    with as_role("loader"):
        other = OptionsProgram.objects.create(
            school=Organization.objects.get(source_key="S203"), name="Evenings"
        )
        assert receives(actor("intake"), counseled) is True
        SeatLine.objects.filter(pk=line.pk).update(program=other)
        assert receives(actor("intake"), counseled) is False


def test_an_offer_that_ran_out_is_free_for_others_at_once_and_cannot_be_accepted(
    counseled: CaseFile, line: SeatLine, actor: Cast, world: World
) -> None:
    with as_role("loader"):
        add(line, -4)
        second = ready_to_offer(world.students["Calloway"])
    case = offer(actor("okafor"), counseled, line)
    assert case.due_at is not None
    with pytest.raises(Refusal, match="Not a possible answer: Seat"):
        offer(actor("okafor"), second, line)
    after = case.due_at + timedelta(minutes=1)
    with holding_clock(after):
        assert offer(actor("okafor"), second, line, after).state == "offered"
        with pytest.raises(Refusal, match="“Offered” ran out"):
            act(actor("intake"), counseled, "accept_offer", INTAKE, after)


def test_who_waited_for_the_lock_while_the_offer_ran_out_finds_the_seat_gone(
    counseled: CaseFile, line: SeatLine, actor: Cast, world: World
) -> None:
    """The instant of the second is before, its turn is after the one who got the seat."""
    with as_role("loader"):
        SeatHold.objects.filter(accepted_at=None).delete()
        add(line, -6)
        second = ready_to_offer(world.students["Calloway"])
    case = offer(actor("okafor"), counseled, line)
    assert case.due_at is not None
    after = case.due_at + timedelta(minutes=1)
    with holding_clock(after):
        offer(actor("okafor"), second, line, after)
    with pytest.raises(Refusal, match="The offer has lapsed"):
        act(actor("okafor"), counseled, "accept_offer", INTAKE, case.due_at)


@pytest.mark.parametrize(
    ("steps", "ended"),
    [
        ([("withdraw", {"why": "Stays."})], "withdrawn"),
        ([("lapse_offer", {"because": "no_answer", "why": "No call back."})], "lapsed"),
        ([("lapse_offer", {"because": "family", "why": "Too far."})], "declined"),
    ],
)
def test_what_ends_an_offer_frees_the_seat(
    counseled: CaseFile, line: SeatLine, actor: Cast, steps: list[tuple[str, dict[str, str]]],
    ended: str,
) -> None:  # fmt: skip
    offer(actor("okafor"), counseled, line)
    for step, said in steps:
        act(actor("okafor"), counseled, step, said)
    hold = hold_of(counseled)
    assert (hold.ended_at, hold.ended_because) == (AT, ended)
    assert standing(line) == (9, 2, 2, 5)


@pytest.mark.parametrize(
    ("step", "said", "ended", "free"),
    [
        ("close_left", {"why": "Gone."}, "left", 5),
        ("close_returned", {"why": "Back."}, "returned", 5),
        ("close_stable", {}, "", 4),
    ],
)
def test_a_seat_is_the_students_until_they_leave(
    counseled: CaseFile, line: SeatLine, actor: Cast, step: str, said: dict[str, str], ended: str,
    free: int,
) -> None:  # fmt: skip
    offer(actor("okafor"), counseled, line)
    act(actor("okafor"), counseled, "accept_offer", INTAKE)
    with as_role("loader"):
        CaseFile.objects.filter(pk=counseled.pk).update(state="stabilizing")
    act(actor("okafor"), counseled, step, said)
    assert (hold_of(counseled).ended_because, standing(line)[3]) == (ended, free)
    with as_role("loader"):
        still = Reach.objects.filter(student=counseled.student_id, because__startswith="offer")
        assert [reach.ends_at for reach in still] == [AT]
