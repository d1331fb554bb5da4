"""What a round gave is offered once, seat by seat, and never a seat that is gone."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection

from bascule.access.jobs import run_once
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile, Transition
from bascule.kernel.actor import Actor
from bascule.kernel.jobs import TASKS
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.mobility.actions.round_offers import make_offer, make_offers
from bascule.mobility.actions.rounds import prepare_round, run_round
from bascule.mobility.models import OptionsProgram, PlacementRound, RoundResult, SeatHold, SeatLine
from bascule.mobility.queries import standings
from tests.databases import as_role
from tests.mobility.round_world import (
    STARTS_ON,
    WINDOW,
    waiting_world,
)
from tests.world import AT, World

Who = Callable[[str], Actor]
AsPerson = Callable[[str], AbstractContextManager[None]]
pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.fixture
def cases(world: World) -> dict[str, CaseFile]:
    return waiting_world(world)


@pytest.fixture
def ran(cases: dict[str, CaseFile], actor: Who, as_person: AsPerson) -> PlacementRound:
    with as_person("lead"):
        lead = actor("lead")
        placement = prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        return run_round(lead, placement=placement, at=AT)


def confirm(lead: Actor, placement: PlacementRound, **said: object) -> int:
    shown = {"families": placement.placed, "run_at": placement.run_at, **said}
    return make_offers(lead, placement=placement, at=AT, **shown)  # type: ignore[arg-type]


def placed_rows(placement: PlacementRound) -> list[RoundResult]:
    with as_role("loader"):
        rows = placement.results.filter(line__isnull=False).order_by("number")
        return list(rows.select_related("case", "line__program"))


def queued(name: str) -> list[dict[str, object]]:
    with as_role("worker"), connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = %s order by id",
                       [name])  # fmt: skip
        return [json.loads(args) for (args,) in cursor.fetchall()]


def test_each_offer_is_a_job_that_takes_the_step_of_the_case(
    ran: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead, rows = actor("lead"), placed_rows(ran)
    with as_person("lead"):
        assert confirm(lead, ran) == ran.placed == len(rows)
    ran.refresh_from_db()
    assert (ran.state, ran.ended_name) == ("offered", lead.name)
    jobs = queued("mobility.make_offer")
    assert jobs == [{"user_id": lead.user_id, "result": str(row.uuid)} for row in rows]
    for number, row in enumerate(rows, 1):
        job = {"job_id": number, "user_id": lead.user_id, "arguments": {"result": str(row.uuid)}}
        assert run_once(TASKS["mobility.make_offer"], **job) is True  # type: ignore[arg-type]
        assert run_once(TASKS["mobility.make_offer"], **job) is False  # type: ignore[arg-type]
    for row in placed_rows(ran):
        assert (row.offer, row.skipped_because, row.case.state) == ("made", "", "offered")
        assert row.line is not None
        with as_role("loader"):
            [hold] = SeatHold.objects.filter(case=row.case)
            answers = Transition.objects.get(case=row.case, step="offer").answers
        assert (hold.line_id, hold.until_at) == (row.line_id, row.case.due_at)
        assert answers == {
            "seat": row.line.place, "consent": "2026-11-20",
            "override": f"Round for Quarter 3: choice {row.rank} of the student's ranking",
        }  # fmt: skip
    with as_role("loader"):
        lines = standings(SeatLine.objects.filter(window=WINDOW), AT)
        waiting = set(ran.results.filter(line__isnull=True).values_list("case__state", flat=True))
        offers = list(ran.results.filter(line__isnull=True).values_list("offer", flat=True))
    assert sum(each.offered for each in lines) == len(rows)
    assert all(each.offered <= each.capacity for each in lines)
    assert waiting <= {"counseling", "waitlisted"}
    assert set(offers) == {""}


def test_what_changed_since_the_run_is_skipped_and_says_why(
    ran: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    """A ranking recorded anew, a case that was withdrawn, a last seat that went to another."""
    lead, (anew, withdrawn, beaten, *_others) = actor("lead"), placed_rows(ran)
    with as_person("lead"):
        confirm(lead, ran)
    workshop = str(OptionsProgram.objects.get(name="Workshop").uuid)
    with as_role("loader"):
        CaseFile.objects.filter(pk=anew.case_id).update(particulars={"ranked": [workshop]})
        CaseFile.objects.filter(pk=withdrawn.case_id).update(state="withdrawn", closed_at=AT)
        assert beaten.line is not None
        [standing] = standings([beaten.line], AT)
        beaten.line.changes.create(seats=-standing.free, effective_on=AT.date(), reason="x",
                                   user_id=0, actor_name="x", at=AT)  # fmt: skip
    with as_person("lead"):
        found = [make_offer(lead, result=row.uuid, at=AT) for row in (anew, withdrawn, beaten)]
        assert [row and (row.offer, row.skipped_because) for row in found] == [
            ("skipped", "ranked_anew"), ("skipped", "moved_on"), ("skipped", "no_seat"),
        ]  # fmt: skip
        assert make_offer(lead, result=anew.uuid, at=AT) is None
    with as_role("loader"):
        held = SeatHold.objects.filter(case__in=[anew.case_id, withdrawn.case_id, beaten.case_id])
        assert held.count() == 0
        beaten.case.refresh_from_db()
    assert beaten.case.state in ("counseling", "waitlisted")


def test_a_run_that_is_no_more_the_one_that_was_shown_is_not_offered(
    ran: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        for said in ({"families": ran.placed + 1}, {"run_at": AT - timedelta(minutes=1)},
                     {"run_at": None}):  # fmt: skip
            with pytest.raises(Stale, match="The round was run again"):
                confirm(lead, ran, **said)
    ran.refresh_from_db()
    assert (ran.state, queued("mobility.make_offer")) == ("run", [])


@pytest.mark.parametrize("who", ["okafor", "desk", "intake", "liaison"])
def test_nobody_but_the_lead_makes_the_offers(
    ran: PlacementRound, actor: Who, as_person: AsPerson, who: str
) -> None:
    with as_person(who), pytest.raises(NotPermitted):
        confirm(actor(who), ran)
    assert {row.offer for row in placed_rows(ran)} == {""}


def test_a_round_is_offered_once_and_not_before_it_is_run(
    cases: dict[str, CaseFile], actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        placement = prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        with pytest.raises(Refusal, match="can no longer be done"):
            confirm(lead, placement)
        placement = run_round(lead, placement=placement, at=AT)
        confirm(lead, placement)
        with pytest.raises(Refusal, match="can no longer be done"):
            confirm(lead, placement)


def test_a_round_that_gave_nobody_a_seat_has_nothing_to_offer(
    ran: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_role("loader"):
        for line in SeatLine.objects.filter(window=WINDOW):
            [standing] = standings([line], AT)
            line.changes.create(seats=-standing.free, effective_on=AT.date(), reason="x",
                                user_id=0, actor_name="x", at=AT)  # fmt: skip
    with as_person("lead"):
        empty = run_round(lead, placement=ran, at=AT)
        assert empty.placed == 0
        with pytest.raises(Refusal, match="there is nothing to offer"):
            confirm(lead, empty)


def test_a_ranking_is_recorded_on_the_waitlist_too(
    cases: dict[str, CaseFile], actor: Who, as_person: AsPerson
) -> None:
    deng, okafor = cases["Deng"], actor("okafor")
    keys = {each.name: str(each.uuid) for each in OptionsProgram.objects.all()}
    with as_person("okafor"):
        answers = {"first": keys["Workshop"], "second": keys["Evenings"]}
        moved = take_step(okafor, case=deng, step="rank_again", answers=answers, at=AT)
    assert (moved.state, moved.due_at) == ("waitlisted", deng.due_at)
    assert moved.particulars["ranked"] == [keys["Workshop"], keys["Evenings"]]
