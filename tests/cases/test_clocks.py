"""The clocks of states: every unit, in words; what is over is late and never lost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.declarations import Within
from bascule.cases.models import CaseFile
from bascule.cases.queries import open_cases as open_cases_of
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import Refusal
from bascule.kernel.school_calendar import CalendarTooShortError, SchoolCalendar
from bascule.mobility.models import SeatHold, SeatLine
from tests.world import AT, BUILDER, PROMISE, build_world

CHICAGO = ZoneInfo("America/Chicago")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=CHICAGO)
HOLIDAYS = {date(2026, 11, 26), date(2026, 11, 27)}
CALENDAR = SchoolCalendar.of(
    day
    for day in (date(2026, 11, 2) + timedelta(days=n) for n in range(40))
    if day.weekday() < 5 and day not in HOLIDAYS
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2 school days", Within(2, "school day")),
        ("1 school day", Within(1, "school day")),
        ("48 business hours", Within(48, "business hour")),
        ("1 business hour", Within(1, "business hour")),
        ("24 hours", Within(24, "hour")),
        ("1 hour", Within(1, "hour")),
        ("14 days", Within(14, "day")),
        ("1 day", Within(1, "day")),
        ("until July 31", Within(31, "July")),
        ("the same school day", Within(0, "the same school day")),
    ],
)
def test_a_clock_is_read_from_its_words(words: str, expected: Within) -> None:
    assert Within.parse(words) == expected


@pytest.mark.parametrize(
    "words",
    ["", "days", "two days", "2", "2days", "-2 days", "1.5 hours", "2 weeks", "2 Days",
     " 2 days", "2 days ", "2 school hours", "2 business days", "about 2 days", "2 days later",
     "until", "until July", "until 31 July", "until Jul 31", "until February 29",
     "until July 31 or so"],
)  # fmt: skip
def test_other_words_are_no_clock(words: str) -> None:
    with pytest.raises(ValueError, match="a clock reads like '2 school days'"):
        Within.parse(words)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (FRIDAY_NOON, datetime(2026, 11, 20, 16, 30, tzinfo=CHICAGO)),
        (FRIDAY_NOON.replace(hour=16, minute=30), datetime(2026, 11, 23, 16, 30, tzinfo=CHICAGO)),
        (FRIDAY_NOON + timedelta(days=1), datetime(2026, 11, 23, 16, 30, tzinfo=CHICAGO)),
        (datetime(2026, 11, 26, 9, tzinfo=CHICAGO), datetime(2026, 11, 30, 16, 30, tzinfo=CHICAGO)),
    ],
)
def test_the_same_school_day_is_that_which_is_not_over_or_the_next(
    start: datetime, due: datetime
) -> None:
    assert Within.parse("the same school day").due_at(start, CALENDAR) == due


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("1 school day", datetime(2026, 11, 23, 16, 30, tzinfo=CHICAGO)),
        ("4 school days", datetime(2026, 11, 30, 16, 30, tzinfo=CHICAGO)),
        ("48 business hours", datetime(2026, 11, 24, 12, tzinfo=CHICAGO)),
        ("24 hours", datetime(2026, 11, 21, 12, tzinfo=CHICAGO)),
        ("14 days", datetime(2026, 12, 4, 16, 30, tzinfo=CHICAGO)),
    ],
)
def test_each_unit_runs_out_at_its_own_hour(words: str, due: datetime) -> None:
    assert Within.parse(words).due_at(FRIDAY_NOON, CALENDAR) == due


def test_the_local_day_counts_and_not_the_day_in_utc() -> None:
    late_friday = datetime(2026, 11, 21, 3, tzinfo=UTC)  # still Friday evening in Chicago
    due = Within.parse("1 day").due_at(late_friday, CALENDAR)
    assert due == datetime(2026, 11, 21, 16, 30, tzinfo=CHICAGO)


def test_hours_are_hours_when_the_clocks_are_set_back() -> None:
    before = datetime(2026, 10, 31, 12, tzinfo=CHICAGO).astimezone(UTC)
    due = Within.parse("24 hours").due_at(before, CALENDAR)
    assert due == datetime(2026, 11, 1, 11, tzinfo=CHICAGO).astimezone(UTC)


def test_a_calendar_that_ends_too_early_is_said() -> None:
    with pytest.raises(CalendarTooShortError):
        Within.parse("60 school days").due_at(FRIDAY_NOON, CALENDAR)


NO_ANSWER = {"because": "no_answer", "why": "Nobody picked up the phone."}
Loading = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def offer(as_loader: Loading) -> CaseFile:
    """A seat was offered to Adair on AT: 48 business hours to answer."""
    with as_loader():
        student = build_world().students["Adair"]
        opened = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        offered_within = workflow_of("options_transfer").clock("offered")
        opened[0].state = "offered"
        opened[0].due_at = offered_within.due_at(AT, CALENDAR)
        opened[0].save()
        SeatHold.objects.create(
            line=SeatLine.objects.get(), case=opened[0], student=student, held_at=AT,
            until_at=opened[0].due_at,
        )  # fmt: skip
    return opened[0]


@pytest.mark.django_db(databases=["default", "ledger"])
@pytest.mark.parametrize("late_by", [timedelta(seconds=1), timedelta(days=1), timedelta(days=90)])
def test_an_offer_whose_time_is_over_stays_open_and_late(
    offer: CaseFile, as_loader: Loading, late_by: timedelta
) -> None:
    assert offer.due_at is not None
    with holding_clock(offer.due_at + late_by), as_loader():
        assert offer in open_cases_of(BUILDER)
        again = CaseFile.objects.get(pk=offer.pk)
        assert (again.state, again.due_at, again.closed_at) == ("offered", offer.due_at, None)


@pytest.mark.django_db(databases=["default", "ledger"])
@pytest.mark.parametrize(("late_by", "late"), [(0, False), (1, True)])
def test_a_step_after_the_clock_is_late_and_exactly_on_it_is_not(
    offer: CaseFile, as_loader: Loading, late_by: int, late: bool
) -> None:
    assert offer.due_at is not None
    lead = replace(BUILDER, permissions=frozenset({"work_cases", "force_release"}))
    with as_loader():
        take_step(
            lead, case=offer, step="lapse_offer", answers=NO_ANSWER,
            at=offer.due_at + timedelta(seconds=late_by),
        )  # fmt: skip
        last = offer.transitions.last()
    assert last is not None
    assert (last.to_state, last.was_late) == ("counseling", late)


@pytest.mark.django_db(databases=["default", "ledger"])
def test_an_offer_that_ran_out_cannot_be_accepted_though_no_job_has_noticed(
    offer: CaseFile, as_loader: Loading
) -> None:
    assert offer.due_at is not None
    lead = replace(BUILDER, permissions=frozenset({"work_cases", "force_release"}))
    with as_loader(), pytest.raises(Refusal, match="“Offered” ran out"):
        accept(lead, offer, offer.due_at + timedelta(seconds=1))
    with as_loader():
        assert accept(lead, offer, offer.due_at).state == "intake"


def accept(actor: Actor, case: CaseFile, at: datetime) -> CaseFile:
    intake = {"intake_on": "2026-11-25", **PROMISE}
    return take_step(actor, case=case, step="accept_offer", answers=intake, at=at)
