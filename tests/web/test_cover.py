"""Cover: an absence routes the cases at once, a gap shows before its day, and what was is handed
back."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting, actor_of
from bascule.access.models import Decision, User
from bascule.cases.actions import add_note, take_step
from bascule.directory.models import Absence, Assignment, Person, Position
from bascule.kernel.clock import holding_clock
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]
FRIDAY = AT.date()  # November 20, 2026
SATURDAY, SUNDAY, MONDAY, NEXT_FRIDAY = (FRIDAY + timedelta(days=days) for days in (1, 2, 3, 7))
OF_THE_TEAM = {"lead", "okafor", "wren", "brooks", "desk", "liaison"}


def person(key: str) -> Person:
    return Person.objects.get(source="cast", source_key=key)


def words_of(client: Client, address: str = "/cover/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def form(
    starts_on: date, ends_on: date | None = None, cover: str = "", **more: str
) -> dict[str, str]:
    return {
        "starts_on": str(starts_on), "ends_on": str(ends_on or ""), "reason": "",
        "cover": str(person(cover).uuid) if cover else "", **more,
    }  # fmt: skip


def be_away(key: str, starts_on: date, ends_on: date | None = None, **more: object) -> Absence:
    with as_role("loader"):
        return Absence.objects.create(
            person=person(key), starts_on=starts_on, ends_on=ends_on, **more
        )


def test_the_cover_has_the_cases_on_today_at_once_and_reads_why(
    world: World, browse: Browse
) -> None:
    wren = browse("wren")
    assert "Calloway, Sam" not in words_of(wren, "/")
    said = form(FRIDAY, NEXT_FRIDAY - timedelta(days=1), cover="wren")
    assert browse("okafor").post("/cover/", said).status_code == 302
    today = words_of(wren, "/")
    assert "Calloway, Sam" in today
    assert "you cover Network 1 until Thursday" in today
    assert "you cover Network 2" not in today
    back = Absence.objects.get()
    browse("okafor").post(f"/cover/{back.uuid}/cancel/")
    assert "Calloway, Sam" not in words_of(wren, "/")


def test_the_lead_records_for_everybody_and_nobody_else_does(world: World, browse: Browse) -> None:
    said = form(MONDAY, MONDAY, person=str(person("brooks").uuid), cover="desk")
    browse("wren").post("/cover/", said)  # whose own it is, whatever the form says
    browse("lead").post("/cover/", said)
    kept = Absence.objects.order_by("person__family_name").values_list(
        "person__source_key", "cover__source_key"
    )
    assert list(kept) == [("brooks", "desk"), ("wren", "desk")]


def test_the_reason_is_read_by_the_person_and_the_lead_alone(world: World, browse: Browse) -> None:
    be_away("okafor", FRIDAY, NEXT_FRIDAY, cover=person("wren"), reason="Surgery")
    for who in OF_THE_TEAM | {"intake"}:
        page = words_of(browse(who))
        assert ("Okafor" in page, "Surgery" in page) == (True, who in {"okafor", "lead"})


def test_a_day_without_cover_is_shown_before_it_comes(world: World, browse: Browse) -> None:
    assert "For every desk somebody is named" in words_of(browse("okafor"))
    be_away("okafor", MONDAY, NEXT_FRIDAY, cover=person("wren"))
    be_away("wren", NEXT_FRIDAY, NEXT_FRIDAY, cover=person("desk"))
    be_away("brooks", NEXT_FRIDAY, None, cover=person("desk"))
    page = words_of(browse("okafor"))
    gap = page[page.index("Without cover") : page.index("Away or vacant")]
    assert "High School Transition Specialist A · Dana Okafor" in gap
    assert "Neither holder, cover nor backup is there. Marisol Vega would answer." in gap
    assert "on Fri Nov 27" in gap
    assert "Tomas Wren covers and is away too on Fri Nov 27" in page


@pytest.mark.parametrize(
    ("cover", "words"),
    [
        ("brooks", "Aiyana Brooks is away on some of these days too. Name somebody else."),
        ("liaison", "Grace Mbeki cannot cover: only a colleague of the same work can."),
        ("", "Nobody would stand in for High School Transition Specialist A on these days."),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_written(
    world: World, browse: Browse, cover: str, words: str
) -> None:
    be_away("brooks", FRIDAY, MONDAY, cover=person("wren"))
    answer = browse("okafor").post("/cover/", form(MONDAY, NEXT_FRIDAY, cover, reason="Training"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    assert f'value="{NEXT_FRIDAY}"' in page
    assert 'value="Training"' in page
    assert Absence.objects.count() == 1


def test_overlapping_days_and_unreadable_ones_are_refused_in_words(
    world: World, browse: Browse
) -> None:
    be_away("okafor", FRIDAY, MONDAY, cover=person("wren"))
    okafor = browse("okafor")
    for said, words in (
        (form(MONDAY, NEXT_FRIDAY), "The person is already away in these days."),
        (form(NEXT_FRIDAY, FRIDAY), "The last day lies before the first day."),
        (form(FRIDAY) | {"starts_on": "soon"}, "Say the day: it cannot be read."),
        (form(FRIDAY) | {"cover": "somebody"}, "There is no such person."),
    ):
        answer = okafor.post("/cover/", said)
        assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert Absence.objects.count() == 1


def test_an_absence_is_ended_and_another_cover_named_by_the_person_and_the_lead_alone(
    world: World, browse: Browse
) -> None:
    away = be_away("okafor", FRIDAY - timedelta(days=1), NEXT_FRIDAY, cover=person("wren"))
    name, end = f"/cover/{away.uuid}/name/", f"/cover/{away.uuid}/end/"
    brooks = {"cover": str(person("brooks").uuid)}
    for who in sorted(OF_THE_TEAM - {"okafor", "lead"}):
        assert browse(who).post(name, brooks).status_code == 404
        assert browse(who).post(end, {"ends_on": str(FRIDAY)}).status_code == 404
    assert browse("lead").post(name, brooks).status_code == 302
    assert browse("okafor").post(end, {"ends_on": str(FRIDAY)}).status_code == 302
    kept = Absence.objects.get()
    assert (kept.cover, kept.ends_on) == (person("brooks"), FRIDAY)
    assert browse("okafor").post(f"/cover/{away.uuid}/forget/").status_code == 409
    assert browse("okafor").get(end).status_code == 405


def test_a_vacant_desk_is_named_with_who_stands_in(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    with as_loader():
        Assignment.objects.filter(person=person("okafor")).update(ends_on=FRIDAY)
    page = words_of(browse("lead"))
    assert "High School Transition Specialist A Nobody holds this desk. vacant" in page
    assert "from Sat Nov 21, no end known" in page


def position(key: str) -> Position:
    return Position.objects.get(assignments__person__source_key=key)


def named(client: Client, key: str, backup: str) -> int:
    chosen = {"backup": str(position(backup).uuid) if backup else ""}
    return client.post(f"/cover/backups/{position(key).uuid}/", chosen).status_code


def test_another_backup_answers_at_once_for_who_is_away(world: World, browse: Browse) -> None:
    be_away("okafor", FRIDAY, NEXT_FRIDAY)
    assert named(browse("lead"), "okafor", "wren") == 302
    assert "Calloway, Sam" in words_of(browse("wren"), "/")
    assert named(browse("lead"), "okafor", "brooks") == 302
    assert "Calloway, Sam" in words_of(browse("brooks"), "/")
    assert "Calloway, Sam" not in words_of(browse("wren"), "/")
    with as_role("loader"):
        told = {each.particulars["backup"] for each in Decision.objects.filter(verb="name_backup")}
        assert told == {str(position(key).uuid) for key in ("wren", "brooks")}


def test_the_same_backup_again_is_once_and_nobody_can_be_named(
    world: World, browse: Browse
) -> None:
    lead = browse("lead")
    assert [named(lead, "okafor", each) for each in ("wren", "wren", "")] == [302, 302, 302]
    assert position("okafor").backup is None
    with as_role("loader"):
        assert Decision.objects.filter(verb="name_backup").count() == 2


def test_nobody_stands_in_for_oneself_or_for_another_team(world: World, browse: Browse) -> None:
    before = position("okafor").backup_id
    for other in ("okafor", "liaison", "clerk_0"):
        assert named(browse("lead"), "okafor", other) == 409
    assert browse("lead").post(f"/cover/backups/{uuid4()}/", {}).status_code == 404
    assert position("okafor").backup_id == before


@pytest.mark.parametrize("who", ["okafor", "wren", "liaison", "clerk_0", "chief_0", "principal_0"])
def test_only_who_plans_cover_names_a_backup(world: World, browse: Browse, who: str) -> None:
    before = position("okafor").backup_id
    assert named(browse(who), "okafor", "brooks") in (403, 404)
    assert position("okafor").backup_id == before
    assert "Name the backup" not in browse(who).get("/cover/").content.decode()


@pytest.fixture
def handed_back(world: World) -> Absence:
    """Okafor was away for two days; Wren took a step, the Lead wrote a note, Okafor one too."""
    over = be_away("okafor", SATURDAY, SUNDAY, cover=person("wren"))
    for hours, who, name, text in (
        (25, "wren", "Adair", ""), (26, "lead", "Calloway", "Asked the aunt."),
        (27, "okafor", "Deng", "Nothing to see here."), (66, "lead", "Deng", "On Monday."),
    ):  # fmt: skip
        with holding_clock(AT + timedelta(hours=hours)):
            actor = actor_of(User.objects.get(username=who))
            with acting(actor):
                case = world.cases[name]
                if text:
                    add_note(actor, case=case, kind="call", text=text)
                else:
                    take_step(actor, case=case, step=first_step(case.state))
    return over


def first_step(state: str) -> str:
    from bascule.cases.registry import workflow_of

    return next(each.key for each in workflow_of("reengagement").steps_from(state))


def test_the_hand_back_list_names_what_others_did_meanwhile(
    handed_back: Absence, browse: Browse
) -> None:
    with holding_clock(AT + timedelta(days=3)):
        address = f"/cover/{handed_back.uuid}/"
        okafor = browse("okafor")
        page = words_of(okafor, address)
        assert "What happened while you were away" in page
        assert ["Adair, Sam" in page, "Calloway, Sam" in page, "Deng, Sam" in page] == [
            True, True, False,
        ]  # fmt: skip
        assert "Asked the aunt." in page
        assert "Tomas Wren · Sat Nov 21, 9:00 a.m." in page
        assert "2 cases moved meanwhile: hand-back list" in words_of(okafor, "/")
        assert "moved meanwhile" not in words_of(browse("wren"), "/")
        assert "Dana Okafor" in words_of(browse("lead"), address)
        assert address in browse("lead").get("/cover/").content.decode()


@pytest.mark.parametrize("who", MEMBERS)
def test_a_hand_back_list_opens_to_the_person_and_the_lead_alone(
    handed_back: Absence, browse: Browse, who: str
) -> None:
    with holding_clock(AT + timedelta(days=3)):
        answer = browse(who).get(f"/cover/{handed_back.uuid}/")
        assert answer.status_code == (200 if who in {"okafor", "lead"} else 404)


def test_a_restricted_case_is_in_no_hand_back_list_of_who_may_not_know(
    world: World, browse: Browse
) -> None:
    over = be_away("okafor", SATURDAY, SATURDAY, cover=person("wren"))
    with holding_clock(AT + timedelta(hours=25)):
        liaison = actor_of(User.objects.get(username="liaison"))
        with acting(liaison):
            add_note(liaison, case=world.cases["Brisa"], kind="call", text="The shelter called.")
    client, address = browse("okafor"), f"/cover/{over.uuid}/"
    with holding_clock(AT + timedelta(days=2)):
        before = normalized(client.get(address))
        assert "0 cases" in before[2]
        assert "0 cases moved" in words_of(client, "/")
        with as_role("loader"):
            world.cases["Brisa"].notes.all().delete()
        assert normalized(client.get(address)) == before


def test_the_page_asks_as_often_for_three_absences_as_for_one(world: World, browse: Browse) -> None:
    lead = browse("lead")
    be_away("okafor", FRIDAY, NEXT_FRIDAY, cover=person("wren"))
    one = queries_of(lead)
    be_away("wren", MONDAY, MONDAY, cover=person("desk"))
    be_away("liaison", FRIDAY, NEXT_FRIDAY)
    assert queries_of(lead) == one


def queries_of(client: Client) -> int:
    client.get("/cover/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/cover/")
    return len(queries)
