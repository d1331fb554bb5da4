"""Odds of a round are counted over many lotteries, once for each list, by a job."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted
from bascule.mobility.actions import round_odds
from bascule.mobility.actions.round_odds import DRAWS, DRAWS_OF_A_PLAN, count_odds
from bascule.mobility.actions.rounds import cancel_round, list_again, prepare_round, run_round
from bascule.mobility.models import OptionsProgram, PlacementRound
from bascule.mobility.queries import Waiting
from bascule.roster.models import ProgramSpell
from tests.databases import as_role
from tests.mobility.round_world import STARTS_ON, WINDOW, waiting_world
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Who = Callable[[str], Actor]
AsPerson = Callable[[str], AbstractContextManager[None]]
Odds = dict[str, dict[str, object]]


@pytest.fixture
def cases(world: World) -> dict[str, CaseFile]:
    return waiting_world(world)


@pytest.fixture
def prepared(cases: dict[str, CaseFile], actor: Who, as_person: AsPerson) -> PlacementRound:
    with as_person("lead"):
        return prepare_round(actor("lead"), window=WINDOW, starts_on=STARTS_ON, at=AT)


def odds_of(placement: PlacementRound) -> Odds:
    with as_role("loader"):
        rows = placement.results.filter(left_at__isnull=True)
        return dict(rows.values_list("student__family_name", "odds"))


def test_everybody_is_counted_in_every_lottery(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_person("lead"):
        assert count_odds(actor("lead"), placement=prepared.uuid, at=AT) == 7
    found = odds_of(prepared)
    assert {sum(each["counts"]) + each["none"] for each in found.values()} == {DRAWS}  # type: ignore[call-overload]
    assert [len(each["counts"]) for each in found.values()] == [  # type: ignore[arg-type]
        {"Escobar": 3, "Deng": 1, "Galarza": 1}.get(name, 2) for name in found
    ]  # fmt: skip
    # Two mornings for six who ask for them, one evening: three of seven, but for the workshop.
    assert found["Escobar"]["none"] == 0
    prepared.refresh_from_db()
    assert (prepared.odds_draws, prepared.odds_counted_at) == (DRAWS, AT)


def test_the_chances_are_those_of_the_lottery(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    """Deng asks for the one evening alone; Ibarra asks for it first too, and nobody else does.

    Whoever of the others did not get a morning comes to it as well, so Deng has less than half.
    """
    with as_person("lead"):
        count_odds(actor("lead"), placement=prepared.uuid, at=AT)
    found = odds_of(prepared)
    deng, ibarra = (found[name]["counts"][0] for name in ("Deng", "Ibarra"))  # type: ignore[index]
    assert 0 < deng < DRAWS / 2
    assert 0 < ibarra < DRAWS / 2
    twins = [found[name]["counts"] for name in ("Adair", "Calloway", "Jansen")]
    assert max(each[0] for each in twins) - min(each[0] for each in twins) < 150  # type: ignore[index]


def test_the_next_best_plan_is_an_open_program_with_seats_left(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_person("lead"):
        count_odds(actor("lead"), placement=prepared.uuid, at=AT)
    found = odds_of(prepared)
    workshop = "Second Bridge Options High School: Workshop"
    assert found["Deng"]["plan"] == {
        "program": workshop, "turn": 2, "count": DRAWS_OF_A_PLAN, "draws": DRAWS_OF_A_PLAN,
    }  # fmt: skip
    assert found["Adair"]["plan"] == {
        "program": workshop, "turn": 3, "count": DRAWS_OF_A_PLAN, "draws": DRAWS_OF_A_PLAN,
    }  # fmt: skip
    assert found["Escobar"]["plan"] is None  # three choices are named, and a seat is sure


def test_without_another_open_program_there_is_no_plan(
    cases: dict[str, CaseFile], actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        OptionsProgram.objects.filter(name__in=["Workshop", "Mornings"]).update(youngest_age=99)
        for case in cases.values():
            assert case.student is not None
            case.student.birth_on = AT.date() - timedelta(days=16 * 366)
            case.student.save()
    with as_person("lead"):
        lead = actor("lead")
        placement = prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        count_odds(lead, placement=placement.uuid, at=AT)
    found = odds_of(placement)
    assert {each["plan"] for each in found.values()} == {None}
    assert found["Deng"]["none"] != 0


def test_the_odds_of_a_list_are_counted_once_and_another_list_forgets_them(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        assert count_odds(lead, placement=prepared.uuid, at=AT) == 7
        assert count_odds(lead, placement=prepared.uuid, at=AT) == 0
        list_again(lead, placement=prepared, at=AT)
    assert "{}" not in {str(each) for each in odds_of(prepared).values()}
    with as_role("loader"):
        CaseFile.objects.filter(pk=cases["Adair"].pk).update(state="withdrawn", closed_at=AT)
    with as_person("lead"):
        list_again(lead, placement=prepared, at=AT + timedelta(hours=1))
    assert {str(each) for each in odds_of(prepared).values()} == {"{}"}
    prepared.refresh_from_db()
    assert prepared.odds_counted_at is None


def test_a_list_made_while_the_odds_are_counted_is_not_given_old_ones(
    prepared: PlacementRound, actor: Who, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = actor("lead")

    def listed_meanwhile(*args: object) -> tuple[list[Waiting], list[object]]:
        PlacementRound.objects.filter(pk=prepared.pk).update(listed_at=AT + timedelta(minutes=1))
        return [], []

    monkeypatch.setattr(round_odds, "waiting_for", listed_meanwhile)
    with as_person("lead"):
        assert count_odds(lead, placement=prepared.uuid, at=AT) == 0
    prepared.refresh_from_db()
    assert prepared.odds_counted_at is None


def test_odds_are_those_of_open_rounds_and_asked_by_the_lead(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("okafor"), pytest.raises(NotPermitted):
        count_odds(actor("okafor"), placement=prepared.uuid, at=AT)
    with as_person("lead"):
        assert count_odds(lead, placement=uuid4(), at=AT) == 0
        cancel_round(lead, placement=prepared, at=AT)
        assert count_odds(lead, placement=prepared.uuid, at=AT) == 0


def test_a_run_keeps_the_odds_of_the_list_that_it_plays_and_of_no_older_one(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        count_odds(lead, placement=prepared.uuid, at=AT)
        assert run_round(lead, placement=prepared, at=AT).odds_counted_at == AT
    with as_role("loader"):
        CaseFile.objects.filter(pk=cases["Adair"].pk).update(state="withdrawn", closed_at=AT)
    with as_person("lead"):
        assert run_round(lead, placement=prepared, at=AT).odds_counted_at is None
        assert count_odds(lead, placement=prepared.uuid, at=AT) == 6


def test_what_is_restricted_changes_no_odds(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        count_odds(lead, placement=prepared.uuid, at=AT)
    before = odds_of(prepared)
    with as_role("loader"):
        ProgramSpell.objects.all().delete()
    with as_person("lead"):
        list_again(lead, placement=prepared, at=AT)
        count_odds(lead, placement=prepared.uuid, at=AT)
    assert odds_of(prepared) == before
