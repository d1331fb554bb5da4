"""Absences: who records them, how they end early, and that each is one decision."""

from collections.abc import Callable
from datetime import date

import pytest

from bascule.access.models import Decision
from bascule.directory.actions.absences import (
    cancel_absence,
    end_absence,
    name_cover,
    record_absence,
)
from bascule.directory.cover import ONE_TEAM
from bascule.directory.models import Absence, Person, Position
from bascule.directory.on_duty import duty_roster
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


def test_a_plan_that_has_not_begun_is_taken_back_and_the_record_keeps_it(okafor: Actor) -> None:
    planned = record_absence(okafor, person=person("okafor"), starts_on=THURSDAY, ends_on=FRIDAY)
    cancel_absence(okafor, absence=planned, at=THURSDAY)
    assert list(Absence.objects.all()) == []
    assert decisions()[1] == ("cancel_absence", {"from": "2026-11-19", "to": "2026-11-20"})


def test_an_absence_of_which_a_day_has_passed_cannot_be_taken_back(
    actor: Callable[[str], Actor], away: Absence
) -> None:
    with pytest.raises(Refusal) as refused:
        cancel_absence(actor("lead"), absence=away, at=THURSDAY)
    assert refused.value.code == "has-begun"
    with pytest.raises(NotPermitted):
        cancel_absence(actor("wren"), absence=away, at=MONDAY)
    assert list(Absence.objects.all()) == [away]


def test_somebody_who_is_away_too_cannot_cover_so_that_no_circle_comes_about(
    actor: Callable[[str], Actor], away: Absence
) -> None:
    lead, wren = actor("lead"), person("wren")
    for cover in (person("okafor"), person("lead")):
        if cover == person("lead"):
            record_absence(lead, person=cover, starts_on=FRIDAY, cover=person("desk"))
        with pytest.raises(Refusal, match="is away on some of these days too") as refused:
            record_absence(lead, person=wren, starts_on=THURSDAY, ends_on=FRIDAY, cover=cover)
        assert refused.value.code == "cover-away"
    day_before = record_absence(
        lead, person=wren, starts_on=THURSDAY, ends_on=THURSDAY, cover=person("lead")
    )
    assert day_before.cover == person("lead")


@pytest.mark.parametrize("key", ["clerk_0", "steward", "liaison", "principal_0", "intake"])
def test_who_does_other_work_is_not_given_the_powers_of_the_position(
    okafor: Actor, key: str
) -> None:
    with pytest.raises(Refusal) as refused:
        record_absence(okafor, person=person("okafor"), starts_on=FRIDAY, cover=person(key))
    assert refused.value.code == "no-colleague"
    assert list(Absence.objects.all()) == []


def test_nobody_leaves_without_cover_while_the_backup_is_away_and_another_is_there(
    actor: Callable[[str], Actor],
) -> None:
    lead = actor("lead")
    record_absence(lead, person=person("brooks"), starts_on=FRIDAY, cover=person("wren"))
    with pytest.raises(Refusal) as refused:
        record_absence(lead, person=person("okafor"), starts_on=THURSDAY)  # backed up by Brooks
    assert (refused.value.code, refused.value.reason) == (
        "no-cover",
        "Nobody would stand in for High School Transition Specialist A on these days."
        " Name who covers.",
    )
    record_absence(lead, person=person("okafor"), starts_on=THURSDAY, ends_on=THURSDAY)
    record_absence(lead, person=person("okafor"), starts_on=FRIDAY, cover=person("wren"))
    assert Absence.objects.count() == 3


def test_where_nobody_is_left_who_could_cover_the_absence_is_a_fact(
    actor: Callable[[str], Actor],
) -> None:
    lead = actor("lead")
    for key, cover in (("brooks", "lead"), ("okafor", "lead"), ("desk", "lead"), ("lead", "wren")):
        record_absence(lead, person=person(key), starts_on=FRIDAY, cover=person(cover))
    record_absence(lead, person=person("wren"), starts_on=FRIDAY)
    assert Absence.objects.count() == 5
    positions = Position.objects.filter(role__in=ONE_TEAM)
    roster = duty_roster(FRIDAY)
    assert {roster[each.pk].because for each in positions} == {"nobody"}


def test_another_cover_is_named_once_and_only_while_the_absence_lasts(
    actor: Callable[[str], Actor], okafor: Actor, away: Absence
) -> None:
    brooks = person("brooks")
    for _ in range(2):
        name_cover(okafor, absence=away, cover=brooks, at=THURSDAY)
    assert Absence.objects.get().cover == brooks
    kept = {"was": str(person("wren").uuid), "cover": str(brooks.uuid)}
    assert decisions()[1:] == [("name_cover", kept)]
    with pytest.raises(NotPermitted):
        name_cover(actor("wren"), absence=away, cover=person("wren"), at=THURSDAY)
    end_absence(okafor, absence=away, ends_on=THURSDAY)
    with pytest.raises(Refusal) as refused:
        name_cover(okafor, absence=away, cover=person("wren"), at=FRIDAY)
    assert refused.value.code == "is-over"


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
