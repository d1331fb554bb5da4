"""Arrivals: a school answers the offers of its seats, and expects whom it accepted."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.models import Disclosure
from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.mobility.models import OptionsProgram, SeatHold, SeatLine
from bascule.roster.models import Reach, Student
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.web.test_handovers_page import owe
from tests.world import AT, BUILDER, PROMISE, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
INTAKE = {
    "ask_intake_on": "2026-11-24",
    **{f"ask_{key}": said for key, said in PROMISE.items()},
}  # fmt: skip
DECLINE = {"ask_because": "no_service", "ask_why": "No teacher for the plan."}
UNTIL = AT + timedelta(days=2)


def offer_to(students: list[Student], *, school: str = "S901", state: str = "offered") -> None:
    """Cases of these students, each with a seat of the school, which sees them."""
    with as_role("loader"):
        line, at_school = a_line(school)
        openings = [Opening(student, "Asked.") for student in students]
        cases = open_cases(BUILDER, workflow="options_transfer", openings=openings, at=AT)
        CaseFile.objects.filter(pk__in=[case.pk for case in cases]).update(
            state=state, due_at=UNTIL
        )
        said = {"until_at": UNTIL} if state == "offered" else {"accepted_at": AT}
        SeatHold.objects.bulk_create(
            SeatHold(line=line, case=case, student_id=case.student_id or 0, held_at=AT,
                     intake_on=AT.date(), **said)
            for case in cases
        )  # fmt: skip
        Reach.objects.bulk_create(
            [Reach(student=student, organization=at_school, ground="options_transfer",
                   because="seat", starts_at=AT) for student in students],
            ignore_conflicts=True,
        )  # fmt: skip


def a_line(school: str) -> tuple[SeatLine, Organization]:
    at_school = Organization.objects.get(source_key=school)
    if known := SeatLine.objects.filter(program__school=at_school).first():
        return known, at_school
    program = OptionsProgram.objects.create(school=at_school, name="Evenings")
    shape = {"lowest_grade": "09", "highest_grade": "12", "window": "Now"}
    days = {"starts_on": AT.date(), "ends_on": AT.date() + timedelta(days=90)}
    line = SeatLine.objects.create(program=program, **shape, **days)
    line.changes.create(seats=400, effective_on=AT.date(), reason="Opened.", user_id=0, at=AT,
                        actor_name="x")  # fmt: skip
    return line, at_school


def transfer_of(student: Student) -> CaseFile:
    with as_role("loader"):
        return CaseFile.objects.get(workflow="options_transfer", student=student)


def shown(client: Client) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get("/arrivals/").content.decode())
    return re.sub(r"\s+", " ", text)


def answered(client: Client, student: Student, step: str, said: dict[str, str]) -> int:
    case = transfer_of(student)
    address = f"/arrivals/{case.uuid}/{step}/"
    return client.post(address, {**said, "revision": str(case.revision)}).status_code


def test_each_part_shows_who_is_in_it_and_no_offer_of_another_school(
    world: World, browse: Browse
) -> None:
    names = world.students
    offer_to([names["Adair"]])
    offer_to([names["Deng"]], state="intake")
    offer_to([names["Fenn"]], state="enrolled")
    offer_to([names["Calloway"]], school="S203")
    offer_to([names["Huang"]], state="stabilizing")
    text = shown(browse("intake"))
    parts = re.split("Offers to answer|Intakes to come|First days expected", text)[1:]
    assert [[name for name in names if name in part] for part in parts] == [
        ["Adair"], ["Deng"], ["Fenn"],
    ]  # fmt: skip


def test_the_first_day_is_the_one_that_the_school_has_signed(world: World, browse: Browse) -> None:
    for name in ("Adair", "Deng"):
        offer_to([world.students[name]], state="release_requested")
    case = transfer_of(world.students["Deng"])
    with as_role("loader"):
        SeatHold.objects.filter(accepted_at=AT).update(first_day_on=date(2026, 12, 2))
        case.transitions.create(
            step="finish_intake", to_state="release_requested", at=AT, user_id=0,
            actor_name="the builder", answers={"first_day": "2026-12-01"},
        )  # fmt: skip
    text = shown(browse("intake"))
    places = [text.index(each) for each in ("Deng", "Tue Dec 1", "Adair", "Wed Dec 2")]
    assert places == sorted(places)


def test_nobody_to_arrive_is_said(world: World, browse: Browse) -> None:
    words = "Nobody is offered to your school, and nobody is expected."
    assert words in shown(browse("intake"))
    offer_to([world.students["Adair"]])
    assert words in shown(browse("principal_0"))


def test_the_school_accepts_from_the_row(world: World, browse: Browse) -> None:
    adair = world.students["Adair"]
    offer_to([adair])
    assert answered(browse("intake"), adair, "accept_offer", INTAKE) == 302
    assert transfer_of(adair).state == "intake"
    assert "Intakes to come 1" in shown(browse("intake"))


def test_a_refused_answer_says_why_and_keeps_what_was_typed(world: World, browse: Browse) -> None:
    adair, intake = world.students["Adair"], browse("intake")
    offer_to([adair])
    case = transfer_of(adair)
    said = {**INTAKE, "ask_first_day_on": "2026-11-23", "revision": str(case.revision)}
    sent = intake.post(f"/arrivals/{case.uuid}/accept_offer/", said)
    page = sent.content.decode()
    assert (sent.status_code, transfer_of(adair).state) == (409, "offered")
    for words in ("The first day lies before the intake.", 'value="Noor Abara"', "<details open>"):
        assert words in page
    assert '<option value="2029-06" selected>' in page


def test_the_school_declines_with_a_reason_and_sees_the_student_no_more(
    world: World, browse: Browse
) -> None:
    adair = world.students["Adair"]
    offer_to([adair])
    case = transfer_of(adair)
    with as_role("loader"):
        hold = SeatHold.objects.get(case=case)
        Reach.objects.filter(because="test", student=adair).delete()
        Reach.objects.filter(because="seat").update(because=f"offer {hold.uuid}")
    client = browse("intake")
    assert client.get(f"/students/{adair.uuid}/").status_code == 200
    assert answered(client, adair, "lapse_offer", DECLINE) == 302
    assert transfer_of(adair).state == "counseling"
    assert client.get(f"/students/{adair.uuid}/").status_code == 404
    assert "Adair" not in shown(client)


def test_declining_on_the_case_leads_to_the_list_and_not_to_a_closed_door(
    world: World, browse: Browse
) -> None:
    adair = world.students["Adair"]
    offer_to([adair])
    case, client = transfer_of(adair), browse("intake")
    with as_role("loader"):
        hold = SeatHold.objects.get(case=case)
        Reach.objects.filter(because="test", student=adair).delete()
        Reach.objects.filter(because="seat").update(because=f"offer {hold.uuid}")
    said = {**DECLINE, "revision": str(case.revision)}
    answer = client.post(f"/cases/{case.uuid}/steps/lapse_offer/", said)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cases/")


@pytest.mark.parametrize("who", ["principal_0", "okafor", "clerk_0", "lead"])
def test_no_other_school_and_no_office_answers_here(world: World, browse: Browse, who: str) -> None:
    adair = world.students["Adair"]
    offer_to([adair])
    assert answered(browse(who), adair, "accept_offer", INTAKE) in (403, 404)
    assert transfer_of(adair).state == "offered"


def test_an_offer_out_of_sight_answers_as_one_that_does_not_exist(
    world: World, browse: Browse
) -> None:
    calloway = world.students["Calloway"]
    offer_to([calloway], school="S203")
    case, client = transfer_of(calloway), browse("intake")
    hidden = client.post(f"/arrivals/{case.uuid}/accept_offer/", INTAKE)
    missing = client.post(f"/arrivals/{uuid4()}/accept_offer/", INTAKE)
    assert normalized(hidden) == normalized(missing)


def test_only_the_two_answers_are_given_here(world: World, browse: Browse) -> None:
    adair = world.students["Adair"]
    offer_to([adair])
    assert answered(browse("intake"), adair, "withdraw", {"ask_why": "No."}) == 409
    assert transfer_of(adair).state == "offered"


def test_an_offer_that_ran_out_is_not_shown(world: World, browse: Browse) -> None:
    offer_to([world.students["Adair"]])
    with as_role("loader"):
        SeatHold.objects.filter(case__workflow="options_transfer").update(
            until_at=AT - timedelta(seconds=1)
        )
    assert "Adair" not in shown(browse("intake"))


def test_whom_the_page_shows_is_recorded(world: World, browse: Browse) -> None:
    offer_to([world.students["Adair"], world.students["Deng"]])
    browse("intake").get("/arrivals/")
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        [(page, students)] = Disclosure.objects.using("ledger").values_list("page", "students")
        cursor.execute("set role bascule_ledger")
    uuids = {str(world.students[name].uuid) for name in ("Adair", "Deng")}
    assert (page, set(students)) == ("arrivals", uuids)


def test_the_page_asks_as_much_for_300_arrivals_as_for_3(world: World, browse: Browse) -> None:
    client = browse("intake")
    offer_to(some_students(3))
    three = queries_of(client)
    offer_to(some_students(297))
    assert queries_of(client) == three == 10


def some_students(count: int) -> list[Student]:
    with as_role("loader"):
        school = Organization.objects.get(source_key="S101")
        return Student.objects.bulk_create(
            Student(number=f"{count}-{n}", source="sis", source_key=f"{count}-{n}",
                    family_name="Ines", given_name="Sam", grade="09", school=school)
            for n in range(count)
        )  # fmt: skip


def queries_of(client: Client) -> int:
    client.get("/arrivals/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/arrivals/").status_code == 200
    return len(queries)


def test_today_says_that_offers_wait_for_an_answer_and_not_that_nothing_does(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        SeatHold.objects.all().delete()
    offer_to([world.students["Adair"], world.students["Deng"]])
    offer_to([world.students["Escobar"]], state="intake")
    page = browse("intake").get("/").content.decode()
    assert '<a href="/arrivals/">2 offers to answer</a>' in page
    assert "Nothing waits for you" not in page
    assert "to answer" not in browse("okafor").get("/").content.decode()


def test_today_says_that_the_school_owes_a_release(world: World, browse: Browse) -> None:
    assert "release owed" not in browse("clerk_0").get("/").content.decode()
    with as_role("loader"):
        CaseFile.objects.filter(student=world.students["Adair"]).update(closed_at=AT, due_at=None)
        owe(world.students["Adair"])
    asked = {who: browse(who).get("/").content.decode() for who in ("clerk_0", "clerk_1")}
    assert '<a href="/handovers/">1 release owed</a>' in asked["clerk_0"]
    assert "release owed" not in asked["clerk_1"]
