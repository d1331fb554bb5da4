"""The pages of rounds: the Lead prepares and runs, specialists read about students in sight."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.models import Disclosure
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.mobility.actions.round_odds import count_odds
from bascule.mobility.actions.round_offers import make_offer
from bascule.mobility.actions.rounds import prepare_round
from bascule.mobility.models import OptionsProgram, PlacementRound
from bascule.roster.models import Student
from bascule.web.round_odds import in_ten
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.mobility.round_world import (
    RANKED,
    STARTS_ON,
    WINDOW,
    a_transfer,
    keep_ranked,
    waiting_world,
)
from tests.web.comparing import normalized
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Who = Callable[[str], Actor]
AsPerson = Callable[[str], AbstractContextManager[None]]
SEEING = {"lead", "okafor", "wren", "brooks"}
VERBS = ("run", "list", "cancel")


@pytest.fixture
def cases(world: World) -> dict[str, CaseFile]:
    return waiting_world(world)


@pytest.fixture
def prepared(cases: dict[str, CaseFile], actor: Who, as_person: AsPerson) -> PlacementRound:
    with as_person("lead"):
        return prepare_round(actor("lead"), window=WINDOW, starts_on=STARTS_ON, at=AT)


def address(placement: PlacementRound, verb: str = "") -> str:
    return f"/rounds/{placement.uuid}/" + (f"{verb}/" if verb else "")


def words_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def run(browse: Browse, placement: PlacementRound) -> None:
    assert browse("lead").post(address(placement, "run")).status_code == 302


@pytest.mark.parametrize("who", MEMBERS)
def test_only_the_lead_and_the_specialists_see_rounds_and_only_the_lead_acts(
    prepared: PlacementRound, browse: Browse, who: str
) -> None:
    client, expected = browse(who), 200 if who in SEEING else 404
    assert [client.get(each).status_code for each in ("/rounds/", address(prepared))] == [
        expected, expected,
    ]  # fmt: skip
    if who not in SEEING:
        missing = f"/rounds/{uuid4()}/"
        assert normalized(client.get(address(prepared))) == normalized(client.get(missing))
    if who == "lead":
        return
    for verb in VERBS:
        assert client.post(address(prepared, verb)).status_code == 404
    said = {"window": f"{STARTS_ON} {WINDOW}"}
    assert client.post("/rounds/", said).status_code == 404
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


def test_the_lead_prepares_a_round_in_the_browser(
    cases: dict[str, CaseFile], browse: Browse
) -> None:
    client = browse("lead")
    assert f"{WINDOW}, Jan 25, 2027" in words_of(client, "/rounds/")
    answer = client.post("/rounds/", {"window": f"{STARTS_ON} {WINDOW}"})
    placement = PlacementRound.objects.get(window=WINDOW)
    assert answer.headers["Location"] == address(placement)
    text = words_of(client, address(placement))
    assert "7 students take part." in text
    assert "Mornings, 9\u201312 Second Bridge Options High School 2" in text
    assert "Huang, Sam 80000008 \u00b7 Cedar Crossing Elementary School No ranking" in text
    assert "1. Second Bridge Options High School: Mornings Everybody else" in text
    assert "Quarter 3" in words_of(client, "/rounds/")


@pytest.mark.parametrize("said", ["", "soon Quarter 3", "2027-01-25 Quarter 9"])
def test_what_is_no_window_is_refused(
    cases: dict[str, CaseFile], browse: Browse, said: str
) -> None:
    assert browse("lead").post("/rounds/", {"window": said}).status_code == 409
    assert PlacementRound.objects.count() == 1


def test_each_student_is_told_what_and_why(prepared: PlacementRound, browse: Browse) -> None:
    run(browse, prepared)
    prepared.refresh_from_db()
    text = words_of(browse("lead"), address(prepared))
    assert f"{prepared.placed} seats were given. 0 blocking pairs" in text
    assert f"Seed {prepared.seed}" in text
    with as_role("loader"):
        row = prepared.results.get(student__family_name="Deng")
    last = f"number {row.number} of 7"
    if row.rank:
        assert f"Evenings: a seat. Everybody else choice 1 {last}" in text
    else:
        told = "Evenings: 1 seat, all to students with an earlier number; this student's was"
        assert f"{told} {row.number} of 7. Everybody else no seat {last}" in text


def test_a_specialist_reads_about_students_in_sight_alone(
    prepared: PlacementRound, browse: Browse
) -> None:
    run(browse, prepared)
    found = {}
    for who in SEEING:
        text = words_of(browse(who), address(prepared))
        found[who] = {name for name in RANKED if f"{name}, Sam" in text}
        assert "7 students take part." in text
        assert ("Run again" in text) == (who == "lead")
    assert found == {
        "lead": set(RANKED), "okafor": {"Adair", "Calloway", "Deng", "Ibarra"},
        "wren": {"Escobar", "Galarza", "Huang", "Ibarra", "Jansen"}, "brooks": {"Adair"},
    }  # fmt: skip


def test_who_was_shown_is_in_the_record_of_reads(prepared: PlacementRound, browse: Browse) -> None:
    browse("brooks").get(address(prepared))
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        [row] = Disclosure.objects.using("ledger").values_list("page", "count")
        cursor.execute("set role bascule_ledger")
    assert row == ("round", 1)


def test_a_restricted_case_is_on_no_page_of_a_round(
    cases: dict[str, CaseFile], prepared: PlacementRound, browse: Browse
) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(pk=cases["Deng"].pk).update(tier="restricted")
    for who in SEEING:
        assert "Deng" not in words_of(browse(who), address(prepared))


def test_a_round_in_spanish_tells_its_reasons_in_spanish(
    prepared: PlacementRound, browse: Browse
) -> None:
    run(browse, prepared)
    client = browse("lead")
    client.post("/language/", {"language": "es", "next": "/"})
    text = words_of(client, address(prepared))
    assert "Ronda para Quarter 3" in text
    assert "una plaza. Todos los demás opción 1" in text
    assert "a seat" not in text


def test_a_cancelled_round_says_so_and_offers_nothing_more(
    prepared: PlacementRound, browse: Browse
) -> None:
    client = browse("lead")
    run(browse, prepared)
    assert client.post(address(prepared, "cancel")).status_code == 302
    text = words_of(client, address(prepared))
    assert ("Cancelled" in text, "Run again" in text) == (True, False)
    assert client.post(address(prepared, "run")).status_code == 409


def test_a_verb_that_does_not_exist_is_not_found(prepared: PlacementRound, browse: Browse) -> None:
    assert browse("lead").post(address(prepared, "undo")).status_code == 404
    assert browse("lead").get(address(prepared, "run")).status_code == 405


def queries_of(client: Client, where: str) -> int:
    client.get(where)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(where).status_code == 200
    return len(queries)


def more_waiting(count: int) -> None:
    """So many students of Network 1 more, each with two choices."""
    with as_role("loader"):
        school = Organization.objects.get(source_key="S101")
        programs = list(OptionsProgram.objects.filter(name__in=["Mornings", "Evenings"]))
        for number in range(count):
            student = Student.objects.create(
                number=f"w{number}", family_name="Ines", given_name="Sam", sort_name="ines sam",
                source="sis", source_key=str(uuid4()), school=school, grade="10",
            )  # fmt: skip
            keep_ranked(a_transfer(student), programs)


def test_a_page_asks_as_much_for_many_students_as_for_few(
    prepared: PlacementRound, browse: Browse
) -> None:
    client = browse("lead")
    few = [queries_of(client, each) for each in ("/rounds/", address(prepared))]
    more_waiting(30)
    assert client.post(address(prepared, "list")).status_code == 302
    run(browse, prepared)
    many = [queries_of(client, each) for each in ("/rounds/", address(prepared))]
    assert few == many == [11, 20]


def confirmed(placement: PlacementRound) -> dict[str, str]:
    """What the form of the offers sends."""
    placement.refresh_from_db()
    assert placement.run_at is not None
    return {"families": str(placement.placed), "run_at": placement.run_at.isoformat()}


def test_the_lead_confirms_how_many_families_are_told(
    prepared: PlacementRound, browse: Browse
) -> None:
    client = browse("lead")
    run(browse, prepared)
    said = confirmed(prepared)
    text = words_of(client, address(prepared))
    assert f"{prepared.placed} families will be told." in text
    assert f"Tell {prepared.placed} families" in text
    page = client.get(address(prepared)).content.decode()
    shown = unescape(page.split('name="run_at" value="')[1].split('"')[0])
    assert client.post(address(prepared, "offer"), {"run_at": shown}).status_code == 409
    assert client.post(address(prepared, "offer"), said | {"families": "1"}).status_code == 409
    prepared.refresh_from_db()
    assert prepared.state == "run"
    assert client.post(address(prepared, "offer"), said | {"run_at": shown}).status_code == 302
    text = words_of(client, address(prepared))
    told = f"Offers to students in your sight: 0 done, 0 skipped, {prepared.placed} being made."
    assert told in text
    assert client.post(address(prepared, "cancel")).status_code == 409


def test_each_offer_is_told_with_why_it_was_skipped(
    prepared: PlacementRound, browse: Browse, actor: Who, as_person: AsPerson
) -> None:
    client = browse("lead")
    run(browse, prepared)
    client.post(address(prepared, "offer"), confirmed(prepared))
    with as_role("loader"):
        first, *rest = prepared.results.filter(offer="due").select_related("case")
        CaseFile.objects.filter(pk=first.case_id).update(state="withdrawn", closed_at=AT)
    with as_person("lead"):
        for row in (first, *rest):
            make_offer(actor("lead"), result=row.uuid, at=AT)
    text = words_of(client, address(prepared))
    assert f"{len(rest)} done, 1 skipped, 0 being made." in text
    assert "Offer: Skipped . The case moved on after the round was run." in text


@pytest.mark.parametrize("who", ["okafor", "desk", "intake"])
def test_nobody_else_makes_the_offers(prepared: PlacementRound, browse: Browse, who: str) -> None:
    run(browse, prepared)
    assert browse(who).post(address(prepared, "offer"), confirmed(prepared)).status_code == 404
    prepared.refresh_from_db()
    assert prepared.state == "run"


def count(placement: PlacementRound, actor: Who, as_person: AsPerson) -> None:
    with as_person("lead"):
        count_odds(actor("lead"), placement=placement.uuid, at=AT)


def test_a_waiting_students_case_tells_the_odds_and_the_next_best_plan(
    cases: dict[str, CaseFile],
    prepared: PlacementRound,
    browse: Browse,
    actor: Who,
    as_person: AsPerson,
) -> None:
    where = f"/cases/{cases['Deng'].uuid}/"
    assert "The odds are not counted yet." in words_of(browse("okafor"), where)
    count(prepared, actor, as_person)
    with as_role("loader"):
        none = prepared.results.get(case=cases["Deng"]).odds["none"]
    text = words_of(browse("okafor"), where)
    assert f"Second Bridge Options High School: Evenings: {1000 - none} of 1,000 (" in text
    assert f"No seat: {none} of 1,000 (" in text
    added = "With Second Bridge Options High School: Workshop added as choice 2:"
    assert f"{added} a seat in every lottery tried, 200 of 200 (98\u2013100 %)." in text
    assert "Counted on Nov 20, 2026 over 1,000 lotteries, rule version 1" in text
    run(browse, prepared)
    told = "Run, not offered yet"
    text = words_of(browse("okafor"), where)
    assert told in text
    assert "Choice 1, Second Bridge Options High School: Evenings: " in text.split(told)[1]
    assert "Before the draw: a seat" in text


def test_odds_are_told_on_the_round_too_until_the_offers_are_made(
    prepared: PlacementRound, browse: Browse, actor: Who, as_person: AsPerson
) -> None:
    client = browse("lead")
    assert "Odds before the draw: not counted yet." in words_of(client, address(prepared))
    count(prepared, actor, as_person)
    text = words_of(client, address(prepared))
    assert "counted over 1,000 lotteries on Fri Nov 20" in text
    assert "Before the draw: a seat in every lottery tried (99\u2013100 %)." in text  # Escobar's


@pytest.mark.parametrize("who", ["desk", "counselor_0", "auditor"])
def test_who_does_not_see_rounds_sees_no_odds(
    cases: dict[str, CaseFile],
    prepared: PlacementRound,
    browse: Browse,
    actor: Who,
    as_person: AsPerson,
    who: str,
) -> None:
    count(prepared, actor, as_person)
    answer = browse(who).get(f"/cases/{cases['Adair'].uuid}/")
    assert (answer.status_code, 'id="chances"' in answer.content.decode()) == (200, False)


def test_a_student_on_no_list_is_told_so_and_who_waits_for_nothing_nothing(
    cases: dict[str, CaseFile], world: World, browse: Browse
) -> None:
    client = browse("lead")
    text = words_of(client, f"/cases/{cases['Huang'].uuid}/")
    assert "No round lists this student." in text
    assert "Odds of a seat" not in words_of(client, f"/cases/{world.cases['Huang'].uuid}/")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "in no lottery tried"), (1000, "in every lottery tried"), (49, "in fewer than 1 of 10"),
        (50, "in 1 of 10"), (749, "in 7 of 10"), (750, "in 8 of 10"), (949, "in 9 of 10"),
        (950, "in more than 9 of 10"),
    ],
)  # fmt: skip
def test_a_share_is_told_in_tenths(count: int, words: str) -> None:
    assert in_ten(count, 1000) == words
