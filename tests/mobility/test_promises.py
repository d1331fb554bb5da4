"""What a school promises with the acceptance, whether it was kept, and the rate of a program."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.kernel.wording import ENGLISH
from bascule.mobility.actions.promises import finish_months
from bascule.mobility.models import SeatHold, SeatLine
from bascule.mobility.months import months_between
from bascule.mobility.placement import kept_promises
from bascule.mobility.promises import FEWEST, KEPT, SAID, is_kept, months_to_come
from bascule.mobility.queries import programs_at
from tests.databases import as_role
from tests.mobility.test_offers import INTAKE, act, hold_of, offer, ready_to_offer
from tests.world import AT, BUILDER, PROMISE, World

Cast = Callable[[str], Actor]
AsLoader = Callable[[], AbstractContextManager[None]]
AsPerson = Callable[[str], AbstractContextManager[None]]
DAY = timedelta(days=1)
DATABASES = pytest.mark.django_db(databases=["default", "ledger"])
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@given(DAYS, DAYS, st.sampled_from([said for said, _ in SAID]))
def test_a_promise_is_kept_by_the_day_and_by_what_was_found(
    promised: date, began: date, said: str
) -> None:
    kept = is_kept(promised, began, said)
    assert kept == (said == KEPT and (began - promised).days <= 0)
    assert not kept or is_kept(promised + DAY, began, said)


@given(DAYS)
def test_the_months_to_finish_in_go_on_without_a_gap(day: date) -> None:
    months = list(months_to_come(day))
    assert (months[0], len(months)) == (day.replace(day=1), 60)
    assert all(months_between(a, b) == 1 for a, b in pairwise(months))


@pytest.fixture
def accepted(world: World, as_loader: AsLoader, actor: Cast) -> CaseFile:
    """A transfer of Adair: the intake's school has accepted, with its promise."""
    with as_loader():
        case = ready_to_offer(world.students["Adair"])
        line = SeatLine.objects.get()
    offer(actor("okafor"), case, line)
    return act(actor("intake"), case, "accept_offer", INTAKE)


@pytest.fixture
def stabilizing(accepted: CaseFile) -> CaseFile:
    """The student is at the school since November 30."""
    with as_role("loader"):
        CaseFile.objects.filter(pk=accepted.pk).update(state="stabilizing")
    return accepted


@DATABASES
def test_the_school_promises_a_day_a_week_an_advocate_and_a_month(accepted: CaseFile) -> None:
    hold = hold_of(accepted)
    assert (str(hold.first_day_on), hold.first_week, hold.advocate, str(hold.finish_in)) == (
        "2026-11-30", "Mornings, 8:30 to 12:00", "Noor Abara", "2029-06-01",
    )  # fmt: skip
    assert (hold.promise_kept, hold.promise_judged_on) == (None, None)


@DATABASES
@pytest.mark.parametrize("left_out", sorted(PROMISE))
def test_no_part_of_the_promise_is_left_out(
    world: World, as_loader: AsLoader, actor: Cast, left_out: str
) -> None:
    with as_loader():
        case, line = ready_to_offer(world.students["Adair"]), SeatLine.objects.get()
    offer(actor("okafor"), case, line)
    said = {key: words for key, words in INTAKE.items() if key != left_out}
    with pytest.raises(Refusal):
        act(actor("intake"), case, "accept_offer", said)
    assert hold_of(case).accepted_at is None


@DATABASES
def test_a_month_before_the_first_day_is_refused(
    world: World, as_loader: AsLoader, actor: Cast
) -> None:
    with as_loader():
        case, line = ready_to_offer(world.students["Adair"]), SeatLine.objects.get()
    offer(actor("okafor"), case, line)
    soon = finish_months(actor("okafor"), case)[0][0]
    later = str(date.fromisoformat(f"{soon}-28") + 9 * DAY)
    said = {**INTAKE, "intake_on": later, "first_day_on": later, "finish_in": soon}
    with pytest.raises(Refusal, match="The month of finishing lies before the first day"):
        act(actor("okafor"), case, "accept_offer", said)


def check(actor: Cast, case: CaseFile, promise: str = "", at: datetime = AT + 10 * DAY) -> SeatHold:
    said = {"finding": "Attends daily"} | ({"promise": promise} if promise else {})
    act(actor("okafor"), case, "check", said, at)
    return hold_of(case)


@DATABASES
def test_the_first_check_says_whether_the_promise_was_kept(
    stabilizing: CaseFile, actor: Cast
) -> None:
    with pytest.raises(Refusal, match="say at the first check whether it was kept"):
        check(actor, stabilizing)
    hold = check(actor, stabilizing, KEPT)  # on November 30, as promised
    assert (hold.promise_kept, str(hold.promise_judged_on)) == (True, "2026-11-30")
    assert check(actor, stabilizing).promise_kept is True  # nobody is asked twice
    hold = check(actor, stabilizing, "no_advocate", AT + 21 * DAY)
    assert (hold.promise_kept, str(hold.promise_judged_on)) == (False, "2026-12-11")


@DATABASES
def test_who_began_later_than_promised_was_not_kept_a_promise(
    stabilizing: CaseFile, actor: Cast
) -> None:
    assert check(actor, stabilizing, KEPT, AT + 11 * DAY).promise_kept is False


@DATABASES
def test_where_nothing_was_promised_nothing_is_asked(stabilizing: CaseFile, actor: Cast) -> None:
    with as_role("loader"):
        SeatHold.objects.filter(case=stabilizing).update(first_week="", advocate="")
    assert check(actor, stabilizing).promise_kept is None
    assert check(actor, stabilizing, KEPT).promise_kept is None


def judged(line: SeatLine, world: World, count: int, kept: int, on: date) -> None:
    """Promises of the line's program to one student after another, judged on a day."""
    student = world.students["Adair"]
    for number in range(count):
        [case] = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        CaseFile.objects.filter(pk=case.pk).update(state="closed_stable", closed_at=AT)
        SeatHold.objects.create(
            line=line, case=case, student=student, held_at=AT, accepted_at=AT, advocate="A",
            promise_kept=number < kept, promise_judged_on=on, ended_at=AT, ended_because="left",
        )  # fmt: skip


@DATABASES
def test_the_rate_of_a_program_is_told_from_ten_judged_within_a_year(
    world: World, as_loader: AsLoader, as_person: AsPerson
) -> None:
    with as_loader():
        line = SeatLine.objects.get()
        judged(line, world, FEWEST - 1, 6, AT.date())
        judged(line, world, 5, 5, AT.date() - 366 * DAY)
    with as_person("wren"):  # of another network: sees no hold of them
        assert not SeatHold.objects.filter(promise_kept__isnull=False).exists()
        [few] = [each.promises for each in programs_at(AT) if each.lines]
    with as_loader():
        judged(line, world, 1, 1, AT.date() - 365 * DAY)
    with as_person("wren"):
        [program] = [each for each in programs_at(AT) if each.lines]
    assert few is None
    found = kept_promises(None, program)  # type: ignore[arg-type]  # the same for every student
    assert (found.value, ENGLISH.say(found.why)) == (
        Fraction(7, 10), "Kept 7 of 10 promises to students in a year.",
    )  # fmt: skip


@DATABASES
def test_the_promise_stands_on_the_page_of_the_case(
    stabilizing: CaseFile, actor: Cast, browse: Callable[[str], Client]
) -> None:
    page = browse("okafor").get(f"/cases/{stabilizing.uuid}/").content.decode()
    for words in ("What the school promised", "Noor Abara", "June 2029", "Judged at the first"):
        assert words in page
    check(actor, stabilizing, "no_advocate")
    page = browse("intake").get(f"/cases/{stabilizing.uuid}/").content.decode()
    assert '<span class="status late">Not kept</span>' in page
