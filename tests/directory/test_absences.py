"""Absences: who records them, how they end early, and that each is one decision."""

from collections.abc import Callable
from datetime import date

import pytest

from bascule.access.models import Decision
from bascule.directory.actions.absences import end_absence, record_absence
from bascule.directory.models import Absence, Person
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from tests.databases import as_role

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (16, 17, 19, 20))


@pytest.fixture
def okafor(actor: Callable[[str], Actor]) -> Actor:
    return actor("okafor")


@pytest.fixture
def away(okafor: Actor) -> Absence:
    """Okafor is away from Tuesday, nobody knows until when; Wren covers."""
    return record_absence(
        okafor, person=person("okafor"), starts_on=TUESDAY, cover=person("wren"), reason="ill"
    )


def person(key: str) -> Person:
    return Person.objects.get(source="cast", source_key=key)


def decisions() -> list[tuple[str, dict[str, str]]]:
    """Read the record, as the loader: the serving role may only add to it."""
    with as_role("loader"):
        return list(Decision.objects.order_by("at").values_list("verb", "particulars"))


def test_an_absence_recorded_twice_is_one_row_and_one_decision(
    okafor: Actor, away: Absence
) -> None:
    again = record_absence(okafor, person=person("okafor"), starts_on=TUESDAY)
    assert (again.pk, again.cover) == (away.pk, person("wren"))
    assert [verb for verb, _ in decisions()] == ["record_absence"]


def test_a_colleague_may_not_record_it_and_the_lead_may(actor: Callable[[str], Actor]) -> None:
    with pytest.raises(NotPermitted):
        record_absence(actor("wren"), person=person("okafor"), starts_on=TUESDAY)
    kept = record_absence(actor("lead"), person=person("okafor"), starts_on=TUESDAY)
    assert kept.person == person("okafor")


def test_who_comes_back_early_ends_the_absence(okafor: Actor, away: Absence) -> None:
    ended = end_absence(okafor, absence=away, ends_on=THURSDAY)
    assert Absence.objects.get().ends_on == ended.ends_on == THURSDAY
    assert decisions()[1] == ("end_absence", {"was": "", "to": "2026-11-19"})


def test_ending_it_twice_is_one_decision(okafor: Actor, away: Absence) -> None:
    end_absence(okafor, absence=away, ends_on=THURSDAY)
    end_absence(okafor, absence=away, ends_on=THURSDAY)
    assert [verb for verb, _ in decisions()] == ["record_absence", "end_absence"]


@pytest.mark.parametrize(("ends_on", "code"), [(MONDAY, "not-begun"), (FRIDAY, "is-over")])
def test_an_end_before_the_start_or_beyond_the_end_is_refused(
    okafor: Actor, away: Absence, ends_on: date, code: str
) -> None:
    end_absence(okafor, absence=away, ends_on=THURSDAY)
    with pytest.raises(Refusal) as refused:
        end_absence(okafor, absence=away, ends_on=ends_on)
    assert refused.value.code == code
    assert Absence.objects.get().ends_on == THURSDAY


def test_a_colleague_may_not_end_it(actor: Callable[[str], Actor], away: Absence) -> None:
    with pytest.raises(NotPermitted):
        end_absence(actor("wren"), absence=away, ends_on=THURSDAY)
    assert Absence.objects.get().ends_on is None


def test_what_the_table_refuses_is_said_in_its_own_words(okafor: Actor, away: Absence) -> None:
    me = person("okafor")
    for words, named in (
        ("already away", {"starts_on": FRIDAY}),
        ("last day lies before", {"starts_on": MONDAY, "ends_on": date(2026, 11, 13)}),
        ("cover for themselves", {"starts_on": MONDAY, "ends_on": MONDAY, "cover": me}),
    ):
        with pytest.raises(Refusal, match=words):
            record_absence(okafor, person=me, **named)
    assert list(Absence.objects.all()) == [away]
