"""Cover before the day comes: which position is left without a name, from when until when."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from bascule.directory.cover import (
    ONE_TEAM,
    Uncovered,
    possible_covers,
    uncovered,
    vacancies,
)
from bascule.directory.models import Absence, Assignment, Person, Position

pytestmark = pytest.mark.django_db
AsLoader = Callable[[], AbstractContextManager[None]]
MONDAY = date(2026, 11, 16)
WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=count) for count in (2, 3, 4))
LAST = MONDAY + timedelta(days=30)


def person(key: str) -> Person:
    return Person.objects.get(source="cast", source_key=key)


def position(key: str) -> Position:
    return Position.objects.get(source="cast", source_key=key)


@pytest.fixture
def away(as_loader: AsLoader) -> Callable[..., None]:
    def go(key: str, starts_on: date, ends_on: date | None = None, cover: str = "") -> None:
        named = person(cover) if cover else None
        with as_loader():
            Absence.objects.create(
                person=person(key), starts_on=starts_on, ends_on=ends_on, cover=named
            )

    return go


def gaps(keys: Collection[str] = ("okafor", "wren", "brooks")) -> list[Uncovered]:
    return uncovered([position(key).pk for key in keys], MONDAY, LAST)


def test_nobody_away_leaves_nothing_uncovered(db: None) -> None:
    assert gaps() == []


def test_the_days_on_which_cover_and_backup_are_away_are_shown_before_they_come(
    away: Callable[..., None],
) -> None:
    away("okafor", WEDNESDAY, FRIDAY, cover="wren")
    assert gaps() == []
    away("wren", FRIDAY, FRIDAY)  # whose own backup, Okafor, is away too
    away("brooks", THURSDAY, FRIDAY, cover="desk")  # the backup of Okafor
    lead = person("lead").pk
    assert gaps() == [
        Uncovered(position("okafor").pk, FRIDAY, FRIDAY, "lead", lead),
        Uncovered(position("wren").pk, FRIDAY, FRIDAY, "lead", lead),
    ]


def test_a_gap_goes_on_to_the_last_day_that_is_looked_at(away: Callable[..., None]) -> None:
    away("brooks", MONDAY + timedelta(days=28))
    away("okafor", MONDAY + timedelta(days=29))
    away("okafor", MONDAY - timedelta(days=9), MONDAY - timedelta(days=8))
    assert [(each.starts_on, each.ends_on) for each in gaps(["okafor"])] == [
        (LAST - timedelta(days=1), LAST)
    ]


def test_a_vacancy_is_covered_by_the_backup_and_named_with_its_days(as_loader: AsLoader) -> None:
    with as_loader():
        held = Assignment.objects.get(position=position("okafor"))
        held.ends_on = FRIDAY
        held.save()
        Assignment.objects.create(
            person=person("desk"), position=position("okafor"), starts_on=FRIDAY + timedelta(days=4)
        )
    positions = Position.objects.in_bulk([position("okafor").pk, position("wren").pk])
    found = [(each.position, each.starts_on, each.ends_on)
             for each in vacancies(positions, MONDAY, LAST)]  # fmt: skip
    saturday, monday_after = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)
    assert found == [(position("okafor"), saturday, monday_after)]
    assert gaps() == []
    assert vacancies(positions, MONDAY, FRIDAY) == []


def test_a_specialist_is_covered_by_the_team_that_is_there_and_a_liaison_by_nobody(
    away: Callable[..., None],
) -> None:
    away("brooks", FRIDAY)
    covers = possible_covers(person("okafor"), WEDNESDAY, FRIDAY)
    assert {each.source_key for each in covers} == {"wren", "lead", "desk"}
    assert set(possible_covers(person("okafor"), WEDNESDAY, THURSDAY)) - set(covers) == {
        person("brooks")
    }
    assert list(possible_covers(person("liaison"), WEDNESDAY, FRIDAY)) == []
    assert {"clerk_1"} == {
        each.source_key for each in possible_covers(person("clerk_0"), WEDNESDAY, FRIDAY)
    }
    assert set(ONE_TEAM) == {
        each.role for each in Position.objects.filter(assignments__person__in=covers)
    } | {position("okafor").role}
