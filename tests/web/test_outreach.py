"""Outreach: the bands of three students by hand, who may read them, and how the list counts."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import add_note
from bascule.cases.models import CaseFile, Note
from bascule.mobility.actions.outreach import keep_outreach_bands
from bascule.mobility.models import OutreachBands
from bascule.roster.models import AttendanceDay, AttendanceEvent, Guardian, Mark, Student
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.web.test_role_matrix import more_students
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
STARTED, LEFT = date(2026, 9, 7), date(2026, 10, 16)


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace(" .", ".")


def earn(student: Student, credits: str) -> None:
    Mark.objects.filter(student=student).update(credits_earned=Decimal(credits))


@pytest.fixture
def world(world: World, as_loader: Loading) -> World:
    """Three of the cast, at one school each, of whom everything that rules is known."""
    with as_loader():
        _adair(world)
        _calloway(world)
        _kowal(world)
        keep_outreach_bands(BUILDER, at=AT)
    return world


def _adair(world: World) -> None:
    """Left grade 9 five weeks ago, absent on 15 of 30 days; the mother answered ten days ago."""
    adair = world.students["Adair"]
    Student.objects.filter(pk=adair.pk).update(left_on=LEFT, birth_on=date(2010, 5, 1))
    earn(adair, "3")
    Guardian.objects.filter(source_key="g-Adair").update(phone="312-555-0001", sms="312-555-0002")
    days = [STARTED + timedelta(days=n) for n in range(19)]
    for day in [each for each in days if each.weekday() < 5]:
        AttendanceEvent.objects.create(
            student=adair, school=adair.school, day=day, kind="absent_unexcused", source="sis",
            source_key=f"adair-{day}",
        )  # fmt: skip
    AttendanceDay.objects.create(school=adair.school, day=LEFT, kind="tardy", students=1,
                                 source="sis")  # fmt: skip
    add_note(BUILDER, case=world.cases["Adair"], kind="call", text="Mother will call back.",
             outcome=Note.Outcome.ANSWERED, at=AT - timedelta(days=10))  # fmt: skip


def _calloway(world: World) -> None:
    """Left grade 11 in June of last year; no number, no credits and no birth date on record."""
    left = {"left_on": date(2025, 6, 12), "grade": "11"}
    Student.objects.filter(pk=world.students["Calloway"].pk).update(**left)


def _kowal(world: World) -> None:
    """Left grade 12 in March, 20 years old and three credits short; the one number is dead."""
    kowal = world.students["Kowal"]
    Student.objects.filter(pk=kowal.pk).update(
        left_on=date(2026, 3, 2), grade="12", birth_on=date(2006, 6, 30)
    )
    earn(kowal, "21")
    Guardian.objects.filter(source_key="g-Kowal").update(phone="312-555-0003")
    add_note(BUILDER, case=world.cases["Kowal"], kind="call", text="Out of service.",
             outcome=Note.Outcome.DEAD, at=AT - timedelta(days=3))  # fmt: skip


def page(client: Client, address: str = "/outreach/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def line_of(text: str, name: str) -> str:
    lines = re.split(r'<li class="line"', text)[1:]
    return words_of(next(each for each in lines if f">{name}, Sam<" in each))


def test_the_bands_of_three_students_are_those_counted_by_hand(
    world: World, browse: Browse
) -> None:
    text = page(browse("lead"))
    # Oct 16 to Nov 20 is 35 days: 5 weeks, high; 15 of 30 is half, one lower; grade 9, one higher.
    # 24 - 3 = 21 credits: 14 half-years at 1.5 end in 2033; 7 at 3 end on May 20, 2030, before
    # the 21st birthday on May 1, 2031.
    adair = line_of(text, "Adair")
    assert "Reach: High 2 phone numbers are on record. Somebody answered last on Nov 10, 2026." in (
        adair
    )
    assert (
        "Return: High Left school on Oct 16, 2026: 5 weeks away. Missed 15 of the last 30 school"
        " days: one band lower. Left in grade 9, from which most come back: one band higher."
    ) in adair
    assert "Finish: Middle Only at a full pace: 21 credits left, at 3 a semester 7" in adair
    # June 12, 2025 to Nov 20, 2026 is 526 days: 75 weeks.
    calloway = line_of(text, "Calloway")
    assert "Reach: Low No phone number is on record. Whether anybody answers is not known." in (
        calloway
    )
    assert (
        "Return: Low Left school on Jun 12, 2025: 75 weeks away. Attendance before leaving is not"
        " known: it changes nothing."
    ) in calloway
    assert "Finish: Not known The credits earned are not reported" in calloway
    # March 2 to Nov 20 is 263 days: 37 weeks. Three credits: 2 half-years at 1.5 end on
    # Nov 20, 2027; one at 3 ends on May 20, 2027, before June 30, 2027.
    kowal = line_of(text, "Kowal")
    assert (
        "Turns 21 on Jun 30, 2027: no more than a year is left."
        " Only 3 credits are left to the diploma."
    ) in kowal
    assert (
        "Reach: Low 1 phone number is on record; 1 call found a dead number."
        " Nobody has answered yet: 1 attempt."
    ) in kowal
    assert "Return: Middle Left school on Mar 2, 2026: 37 weeks away." in kowal
    assert "Finish: Middle Only at a full pace: 3 credits left, at 3 a semester 1" in kowal
    with as_role("loader"):
        kept = OutreachBands.objects.filter(case__in=[
            world.cases[name].pk for name in ("Adair", "Calloway", "Kowal")
        ])  # fmt: skip
        assert set(kept.values_list("reach", "comeback", "finish", "highs", "as_of")) == {
            ("high", "high", "middle", 2, AT.date()), ("low", "low", "unknown", 0, AT.date()),
            ("low", "middle", "middle", 0, AT.date()),
        }  # fmt: skip


def names_in(text: str) -> set[str]:
    return set(re.findall(r'data-open href="[^"]*">(\w+), Sam<', text))


def test_who_has_most_high_bands_comes_first_and_a_band_narrows_the_list(
    world: World, browse: Browse
) -> None:
    client = browse("lead")
    text = page(client)
    assert re.findall(r"data-open[^>]*>(\w+), Sam<", text)[0] == "Adair"
    assert names_in(page(client, "/outreach/?comeback=middle")) == {"Kowal"}
    assert names_in(page(client, "/outreach/?comeback=middle&reach=high")) == set()
    both = page(client, "/outreach/?finish=middle&reach=high")
    assert names_in(both) == {"Adair"}
    assert names_in(page(client, "/outreach/?reach=nonsense")) == names_in(text)


@pytest.mark.parametrize("who", ["lead", "okafor"])
def test_each_count_is_that_of_the_list_which_it_opens(
    world: World, browse: Browse, who: str
) -> None:
    client = browse(who)
    chips = re.findall(r'class="chip" href="(\?[^"]*)">[^<]+ <span class="soft tabular">(\d+)<',
                       page(client, "/outreach/?reach=low"))  # fmt: skip
    assert len(chips) >= 3
    for address, count in chips:
        listed = page(client, f"/outreach/{address.replace('&amp;', '&')}")
        assert re.search(r'class="count">(\d+)<', listed)[1] == count  # type: ignore[index]


def test_a_specialist_sees_the_own_networks_and_a_restricted_case_is_nowhere(
    world: World, browse: Browse
) -> None:
    assert names_in(page(browse("okafor"))) == {"Adair", "Calloway", "Deng", "Ibarra"}
    before = {who: normalized(browse(who).get("/outreach/")) for who in ("lead", "clerk_0")}
    with as_role("loader"):  # Brisa's and Fenn's cases are restricted, with bands of their own
        hidden = [world.cases[name].pk for name in ("Brisa", "Fenn")]
        assert OutreachBands.objects.filter(case__in=hidden).delete()[0] == 2
    assert {who: normalized(browse(who).get("/outreach/")) for who in before} == before


@pytest.mark.parametrize("who", ["auditor", "steward", "chief_0", "intake"])
def test_who_does_not_call_families_has_no_list(world: World, browse: Browse, who: str) -> None:
    answer = browse(who).get("/outreach/")
    assert (answer.status_code, b"Adair" in answer.content) == (404, False)


def test_the_list_is_kept_in_the_record_of_reads(world: World, browse: Browse) -> None:
    from bascule.access.models import Disclosure

    browse("clerk_0").get("/outreach/?comeback=high")
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        kept = list(Disclosure.objects.using("ledger").values_list("page", "students", "filter"))
        cursor.execute("set role bascule_ledger")
    assert kept == [("outreach", [str(world.students["Adair"].uuid)], {"comeback": "high"})]


def test_what_to_try_next_follows_what_was_tried_a_minute_ago(world: World, browse: Browse) -> None:
    client, case = browse("okafor"), world.cases["Adair"]
    assert "Next: message Kinds tried: 1 of 5, over 9 of 15 school days." in line_of(
        page(client), "Adair"
    )
    said = {"kind": "message", "text": "Wrote.", "outcome": "no_answer", "back": "outreach"}
    answer = client.post(f"/cases/{case.uuid}/notes/", said)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/outreach/")
    assert "Next: email Kinds tried: 2 of 5" in line_of(page(client), "Adair")
    with as_role("loader"):
        assert case.notes.get(kind="message").outcome == "no_answer"
        keep_outreach_bands(BUILDER, at=AT + timedelta(days=1))
    assert "without an answer since: 1 attempt." in line_of(page(client), "Adair")


@pytest.mark.parametrize(("kind", "outcome"), [("remark", "answered"), ("call", "nonsense")])
def test_a_remark_has_no_outcome_and_an_unknown_one_is_not_kept(
    world: World, browse: Browse, kind: str, outcome: str
) -> None:
    case = world.cases["Adair"]
    said = {"kind": kind, "text": "What was said.", "outcome": outcome}
    assert browse("okafor").post(f"/cases/{case.uuid}/notes/", said).status_code == 302
    with as_role("loader"):
        assert case.notes.get(text="What was said.").outcome == ""


def test_who_came_back_is_on_the_list_no_more_and_the_bands_stay_as_they_were(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=world.cases["Adair"].pk).update(state="intake")
        keep_outreach_bands(BUILDER, at=AT + timedelta(days=1))
        days = dict(OutreachBands.objects.values_list("case__student__family_name", "as_of"))
    assert "Adair" not in names_in(page(browse("lead")))
    assert (days["Adair"], days["Kowal"]) == (AT.date(), AT.date() + timedelta(days=1))


def test_a_case_of_today_says_that_the_night_makes_its_bands(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    with as_loader():
        more_students(1)
    assert "No bands yet: the night makes them. Next: call" in line_of(
        page(browse("okafor")), "Ines"
    )


def test_the_page_reads_in_spanish(world: World, browse: Browse) -> None:
    client = browse("okafor")
    client.post("/language/", {"language": "es", "next": "/outreach/"})
    text = words_of(page(client))
    assert "Alcance: Alta" in text
    assert "Salió de la escuela el" in text
    assert "Reach" not in text


def test_nobody_to_reach_says_who_looks_again(world: World, browse: Browse) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(workflow="reengagement").update(state="checking")
    assert "The night looks again for who is enrolled nowhere." in page(browse("okafor"))


def test_the_page_asks_as_often_for_300_students_as_for_3(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    client, asked = browse("okafor"), []
    for count in (3, 297):
        with as_loader():
            more_students(count)
            keep_outreach_bands(BUILDER, at=AT)
        client.get("/outreach/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/outreach/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_night_asks_as_often_for_300_students_as_for_3(
    world: World, as_loader: Loading
) -> None:
    asked = []
    for count in (3, 297):
        with as_loader():
            more_students(count)
            with CaptureQueriesContext(connection) as queries:
                keep_outreach_bands(BUILDER, at=AT)
        asked.append(len(queries))
    assert asked[0] == asked[1]
