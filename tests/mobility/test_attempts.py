"""Nobody is given up before five kinds of attempts over 15 school days."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.access.acting import acting
from bascule.cases.actions import add_note, take_step
from bascule.cases.models import CaseFile, Note
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.kernel.school_calendar import SchoolCalendar
from bascule.mobility.attempts import KINDS, weighed
from tests.databases import as_role
from tests.world import AT, BUILDER, World

FRIDAY = date(2026, 11, 20)
CALENDAR = SchoolCalendar.of(
    day for day in (FRIDAY - timedelta(days=n) for n in range(60)) if day.weekday() < 5
)
FIFTEENTH = CALENDAR.days[-15]
FIVE = KINDS[:5]


@pytest.mark.parametrize(
    ("kinds", "first", "is_enough"),
    [
        (FIVE, FIFTEENTH, True),
        (FIVE, FIFTEENTH + timedelta(days=3), False),
        (FIVE[:4], FIFTEENTH, False),
        ((*FIVE[:4], FIVE[0], "remark"), FIFTEENTH, False),
        ((), FIFTEENTH, False),
    ],
)
def test_five_kinds_over_fifteen_school_days_are_enough_and_less_is_not(
    kinds: tuple[str, ...], first: date, is_enough: bool
) -> None:
    contacts = [(kind, first if place == 0 else FRIDAY) for place, kind in enumerate(kinds)]
    assert weighed(contacts, FRIDAY, CALENDAR).is_enough is is_enough


CONTACTS = st.lists(
    st.tuples(st.sampled_from((*KINDS, "remark")), st.sampled_from(CALENDAR.days)), max_size=12
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTACTS, st.tuples(st.sampled_from(KINDS), st.sampled_from(CALENDAR.days)))
def test_one_more_attempt_never_makes_it_less(
    contacts: list[tuple[str, date]], more: tuple[str, date]
) -> None:
    before = weighed(contacts, FRIDAY, CALENDAR)
    after = weighed([*contacts, more], FRIDAY, CALENDAR)
    assert set(before.tried) <= set(after.tried)
    assert before.school_days <= after.school_days
    assert sorted((*after.tried, *after.untried)) == sorted(KINDS)


@pytest.mark.django_db(databases=["default", "ledger"])
def test_what_is_still_to_be_tried_is_said_and_the_case_stays(
    world: World, actor: Callable[[str], Actor]
) -> None:
    okafor, case = actor("okafor"), world.cases["Adair"]  # called once
    said = {"attempts": "Called.", "whereabouts": "unknown"}
    with acting(okafor):
        take_step(okafor, case=case, step="take_up")
        with pytest.raises(Refusal) as refused:
            take_step(okafor, case=case, step="give_up", answers=said)
    assert refused.value.reason == (
        "5 kinds of attempts over 15 school days come first; so far it is 1 over 1."
        " Not tried: message, email, letter, home visit, relative or friend."
    )
    with as_role("loader"):
        assert CaseFile.objects.get(pk=case.pk).state == "reaching"


@pytest.mark.django_db(databases=["default", "ledger"])
def test_who_was_found_and_does_not_want_to_come_needs_no_more_attempts(
    world: World, actor: Callable[[str], Actor]
) -> None:
    okafor, case = actor("okafor"), world.cases["Adair"]
    said = {"attempts": "Spoke with her.", "whereabouts": "known"}
    with acting(okafor):
        take_step(okafor, case=case, step="take_up")
        assert take_step(okafor, case=case, step="give_up", answers=said).state == "not_reached"


@pytest.mark.django_db(databases=["default", "ledger"])
def test_the_case_shows_how_much_was_tried(
    world: World, browse: Callable[[str], object], actor: Callable[[str], Actor]
) -> None:
    okafor, case = actor("okafor"), world.cases["Adair"]
    with acting(okafor):
        take_step(okafor, case=case, step="take_up")
    page = browse("okafor").get(f"/cases/{case.uuid}/").content.decode()  # type: ignore[attr-defined]
    assert "Kinds tried: 1 of 5 that are needed, over 1 of 15 school days" in page
    with as_role("loader"):
        for kind in KINDS:
            add_note(BUILDER, case=case, kind=kind, text="Tried.", at=AT - timedelta(days=30))
    page = browse("okafor").get(f"/cases/{case.uuid}/").content.decode()  # type: ignore[attr-defined]
    assert "Enough was tried: 6 kinds over " in page
    assert set(KINDS) < {each.value for each in Note.Kind}
