"""Asked of some positions or of one person, duty is what the whole roster says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from random import Random

import pytest

from bascule.directory.models import Absence, Assignment, Person, Position
from bascule.directory.on_duty import duty_of, duty_roster, positions_on_duty

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)


def upset(chance: Random) -> None:
    """Send people away, with a cover or without, and end some assignments."""
    people = list(Person.objects.order_by("pk"))
    for person in chance.sample(people, len(people) // 3):
        cover = chance.choice([None, *(each for each in people if each != person)])
        ends_on = chance.choice([None, MONDAY, MONDAY + timedelta(days=5)])
        Absence.objects.create(person=person, starts_on=MONDAY, ends_on=ends_on, cover=cover)
    for held in chance.sample(list(Assignment.objects.order_by("pk")), 4):
        Assignment.objects.filter(pk=held.pk).update(ends_on=MONDAY - timedelta(days=1))


@pytest.mark.parametrize("seed", range(12))
def test_some_and_one_are_answered_as_all_are(
    as_loader: Callable[[], AbstractContextManager[None]], seed: int
) -> None:
    with as_loader():
        upset(Random(seed))
    roster = duty_roster(MONDAY)
    keys = list(Position.objects.values_list("pk", flat=True))
    assert set(roster) == set(keys)
    assert duty_of(keys, MONDAY) == roster
    assert duty_of(keys[::3], MONDAY) == {key: roster[key] for key in keys[::3]}
    for person in Person.objects.values_list("pk", flat=True):
        mine = sorted(key for key, duty in roster.items() if duty.person_id == person)
        assert positions_on_duty(person, MONDAY) == mine
    assert len({duty.because for duty in roster.values()}) > 2


def test_nothing_is_asked_of_no_position_and_nobody_answers_for_a_stranger(db: None) -> None:
    assert duty_of([], MONDAY) == {}
    assert positions_on_duty(0, MONDAY) == []
