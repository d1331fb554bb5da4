"""The funnel of outreach: each step of those who could take it, and no count that tells of few."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.cases.actions import add_note
from bascule.cases.models import CaseFile, Transition
from bascule.metrics.auditor import peel
from bascule.mobility.actions.outreach import keep_outreach_counts
from bascule.mobility.models import OutreachCount
from bascule.mobility.outreach_funnel import (
    CUTS,
    FEWEST,
    STEPS,
    Path,
    Tally,
    counts,
    hidden,
    publication,
)
from bascule.mobility.queries import outreach_paths
from bascule.roster.models import Demographics, EnrollmentClaim, Mark, Stint
from tests.world import AT, BUILDER, World

Loading = Callable[[], AbstractContextManager[None]]
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
NEVER = (None, None, None)
FOUND = Path(NOVEMBER, False, False, False, NEVER, None, False, "black", "no")
BACK = Path(OCTOBER, True, True, True, (True, False, None), None, False, "white", "unknown")


def whole(found: Counter[Tally], key: str) -> int:
    return found[Tally(None, "", "", key)]


def test_a_step_is_counted_of_those_who_could_take_it() -> None:
    found = counts([FOUND, BACK, BACK])
    assert {step.key: (whole(found, step.key), whole(found, step.of)) for step in STEPS} == {
        "found": (3, 0), "contacted": (2, 3), "intake": (2, 2), "placed": (2, 2),
        "stayed_30": (2, 2), "stayed_90": (0, 2), "stayed_180": (0, 0), "credit": (0, 0),
        "diploma": (0, 2),
    }  # fmt: skip
    assert found[Tally(OCTOBER, "race", "white", "placed")] == 2
    assert found[Tally(NOVEMBER, "race", "black", "uncontacted")] == 1


@st.composite
def paths(draw: st.DrawFn) -> Path:
    far = draw(st.integers(0, 3))
    stayed = draw(st.tuples(*[st.sampled_from((True, False, None))] * 3))
    return Path(
        draw(st.sampled_from((OCTOBER, NOVEMBER))), far > 0, far > 1, far > 2,
        stayed if far > 2 else NEVER,  # type: ignore[arg-type]
        draw(st.sampled_from((True, False, None))) if far > 2 else None,
        draw(st.booleans()) if far > 2 else False,
        draw(st.sampled_from(CUTS["race"][:3])), draw(st.sampled_from(CUTS["el"])),
    )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.lists(paths(), max_size=40), st.integers(1, 9))
def test_no_shown_count_is_small_nor_does_one_follow_from_what_is_shown(
    some: list[Path], times: int
) -> None:
    found = counts(some * times)
    if not found:
        return
    table, secret = publication(found, tuple(CUTS)), hidden(found)
    assert all(table.values[cell] >= FEWEST for cell in set(table.values) - secret)
    small = {cell for cell in table.values if table.values[cell] < FEWEST}
    assert small.isdisjoint(peel(table, secret))
    # Who opens the rows knows all but the English learners, and works out none of these either.
    learners = {cell for cell in secret if isinstance(cell, Tally) and cell.cut == "el"}
    assert (small & learners).isdisjoint(peel(table, learners))


def stint(world: World, name: str, starts_on: date, ends_on: date | None, code: str = "") -> None:
    student = world.students[name]
    claim = EnrollmentClaim.objects.create(
        student=student, school=student.school, starts_on=starts_on, ends_on=ends_on,
        source="sis", source_key=f"{name}|{starts_on}", known_from=AT,
    )  # fmt: skip
    Stint.objects.create(
        student=student, school=student.school, starts_on=starts_on, ends_on=ends_on,
        school_year=starts_on.year + (starts_on.month >= 7), exit_code=code, claim=claim,
    )  # fmt: skip


def take(case: CaseFile, step: str, state: str, at: datetime) -> None:
    Transition.objects.create(case=case, step=step, to_state=state, at=at, user_id=0,
                              actor_name="the builder")  # fmt: skip


@pytest.fixture
def came_far(world: World, as_loader: Loading) -> World:
    """All were found on March 24; one came back for good, one for weeks, one was only called."""
    began = AT.replace(month=3, day=24)
    with as_loader():
        CaseFile.objects.filter(workflow="reengagement").update(opened_at=began)
        Stint.objects.all().delete()
        world.cases["Deng"].notes.all().delete()
        for name in ("Adair", "Calloway"):
            case = world.cases[name]
            take(case, "schedule_intake", "intake", began + timedelta(days=4))
            take(case, "confirm_enrollment", "checking", began + timedelta(days=14))  # April 7
        stint(world, "Adair", date(2026, 4, 8), date(2026, 6, 15), "01")
        stint(world, "Adair", date(2026, 8, 20), date(2026, 10, 9), "06")
        stint(world, "Calloway", date(2026, 4, 8), date(2026, 5, 15), "86")
        Mark.objects.filter(student=world.students["Adair"]).update(credits_earned=Decimal("0.5"))
        Demographics.objects.filter(student=world.students["Adair"]).update(is_black=True)
    return world


@pytest.mark.django_db(databases=["default", "ledger"])
def test_how_far_each_case_came_follows_from_its_steps_and_the_roster(
    came_far: World, as_loader: Loading
) -> None:
    # April 7 + 30 is May 7, + 90 is July 6, + 180 is October 4. In July school is out and begins
    # on August 20; October 4 is a Sunday. Adair was enrolled on all three days, Calloway on the
    # first alone.
    march = date(2026, 3, 1)
    with as_loader():
        found = outreach_paths(2026, AT.date())
    adair = Path(march, True, True, True, (True, True, True), True, True, "black", "unknown")
    left = Path(march, True, True, True, (True, False, False), None, False, "unknown", "unknown")
    assert adair in found
    assert left in found
    rest = Path(march, True, False, False, NEVER, None, False, "unknown", "unknown")
    alone = Path(march, False, False, False, NEVER, None, False, "unknown", "unknown")
    # Ten of the twelve cases are not restricted; all but Deng were called.
    assert Counter(found) == {adair: 1, left: 1, rest: 7, alone: 1}


@pytest.mark.django_db(databases=["default", "ledger"])
def test_a_day_that_has_not_come_and_marks_of_before_are_not_known(
    came_far: World, as_loader: Loading
) -> None:
    with as_loader():
        stint(came_far, "Adair", date(2025, 8, 25), date(2026, 1, 9))  # the same school and year
        found = outreach_paths(2026, date(2026, 6, 1))
    back = {(each.stayed, each.credit, each.diploma) for each in found if each.placed}
    assert back == {((True, None, None), None, False)}


@pytest.mark.django_db(databases=["default", "ledger"])
def test_the_night_keeps_the_counts_of_two_years_and_a_second_time_the_same(
    came_far: World, as_loader: Loading
) -> None:
    with as_loader():
        kept = keep_outreach_counts(BUILDER, at=AT)
        assert keep_outreach_counts(BUILDER, at=AT) == kept == OutreachCount.objects.count()
        years = set(OutreachCount.objects.values_list("year", flat=True))
        [found] = OutreachCount.objects.filter(year=2026, month=None, cut="", key="found")
        add_note(BUILDER, case=came_far.cases["Deng"], kind="call", text="x", at=AT)
        keep_outreach_counts(BUILDER, at=AT)
        [called] = OutreachCount.objects.filter(year=2026, month=None, cut="", key="contacted")
    assert (years, found.count, found.is_hidden, called.count) == ({2026}, 10, True, 10)
