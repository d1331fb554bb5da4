"""The page of a family in a browser's answers: what it shows, to whom, and what nobody learns."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bascule.access.acting import acting
from bascule.access.models import Decision, Disclosure, Visit
from bascule.cases.actions import Opening, add_note, open_cases
from bascule.cases.models import CaseFile
from bascule.kernel.actor import SWEEP
from bascule.kernel.clock import holding_clock
from bascule.kernel.secret_addresses import digest_of
from bascule.mobility.actions.families import tell_answers
from bascule.mobility.models import FamilyAnswer, FamilyLink, SeatHold, SeatLine
from bascule.roster.models import Guardian, ProgramSpell, Student
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]
DAY = timedelta(days=1)
BORN = {"year": "2010", "month": "3", "day": "4"}
WRONG = {**BORN, "day": "5"}


@pytest.fixture
def case(world: World, as_loader: Loading) -> CaseFile:
    """A transfer of Adair with a seat offered; staff wrote things that are no family's to read."""
    with as_loader():
        student = world.students["Adair"]
        Student.objects.filter(pk=student.pk).update(birth_on=date(2010, 3, 4))
        mother = {"phone": "773-555-0101", "email": "mother@family.example"}
        Guardian.objects.filter(source_key="g-Adair").update(**mother)
        [mine] = open_cases(
            BUILDER, workflow="options_transfer", at=AT,
            openings=[Opening(student, "Far behind in credits.")],
        )  # fmt: skip
        open_cases(BUILDER, workflow="lost_child", openings=[Opening(student, "Not seen.")], at=AT)
        add_note(BUILDER, case=mine, kind="remark", text="A remark of the staff.", at=AT)
        due = {"due_at": AT + 2 * DAY}
        CaseFile.objects.filter(pk=mine.pk).update(state="offered", revision=6, **due)
        SeatHold.objects.create(
            line=SeatLine.objects.get(), case=mine, student=student, held_at=AT,
            until_at=AT + 2 * DAY,
        )  # fmt: skip
        mine.refresh_from_db()
    return mine


@pytest.fixture
def address(case: CaseFile, browse: Browse) -> str:
    """The address that the specialist is shown, once."""
    page = give(browse("okafor"), case)
    return page.split('id="address" rows="2" readonly>')[1].split("</textarea>")[0][17:]


def give(client: Client, case: CaseFile, **said: str) -> str:
    with as_role("loader"):
        holder = str(Guardian.objects.get(source_key="g-Adair").uuid)
    wanted = {"holder": holder, "language": "es", **said}
    return client.post(f"/cases/{case.uuid}/family/", wanted).content.decode()


@pytest.fixture
def phone(client: Client, address: str) -> Client:
    """A browser in which the page was opened."""
    assert client.post(address, BORN).headers["Location"] == "/family/"
    return client


def text(client: Client, place: str = "/family/") -> str:
    return client.get(place).content.decode()


def test_the_page_is_mailed_in_the_familys_language_where_that_is_wanted(
    case: CaseFile, browse: Browse, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "bascule@district.example"
    give(browse("okafor"), case)
    assert mail.outbox == []
    page = give(browse("okafor"), case, by_mail="1")
    [message] = mail.outbox
    assert "Sent to mother@family.example" in page
    assert (message.to, message.subject) == (
        ["mother@family.example"], "Su solicitud de cambio de escuela",
    )  # fmt: skip
    secret = re.search(r"http://testserver/family/(\S+)/", message.body)
    assert secret
    assert secret[0] in page
    assert "Adair" not in message.body + message.subject
    with as_role("loader"):
        assert Decision.objects.filter(verb="mail_family_page").count() == 1


def test_what_was_not_mailed_is_said_and_given_another_way(
    case: CaseFile, browse: Browse, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "bascule@district.example"
    with as_role("loader"):
        Guardian.objects.filter(source_key="g-Adair").update(email="")
    page = give(browse("okafor"), case, by_mail="1")
    assert "The e-mail was not sent: give the address another way." in page
    assert "http://testserver/family/" in page
    assert mail.outbox == []
    with as_role("loader"):
        assert not Decision.objects.filter(verb="mail_family_page").exists()


def test_the_address_is_shown_once_with_a_message_in_the_familys_language(
    case: CaseFile, browse: Browse
) -> None:
    client = browse("okafor")
    page = give(client, case)
    assert page.count("http://testserver/family/") == 2  # the address, and the message with it
    assert "Aquí puede ver" in page
    assert 'href="sms:773-555-0101?' in page
    assert 'href="mailto:mother@family.example?' in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert "/family/" not in client.get(f"/cases/{case.uuid}/").content.decode().replace(
        f"/cases/{case.uuid}/family/", ""
    )


def test_the_door_tells_nothing_but_asks_for_the_birth_date(address: str, client: Client) -> None:
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="es">' in page
    assert "fecha de nacimiento" in page
    for told in ("Sam", "Adair", "Harbor", "Okafor", "Options", "2010"):
        assert told not in page
    headers = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag", "Content-Language")
    assert [answer.headers[each] for each in headers] == [
        "no-referrer", "no-store", "noindex, nofollow, noarchive", "es",
    ]  # fmt: skip


def test_the_door_speaks_the_other_language_where_it_is_asked_to(
    address: str, client: Client
) -> None:
    assert '<html lang="en">' in text(client, f"{address}?language=en")
    client.post(address, {**BORN, "language": "en"})
    assert '<html lang="en">' in text(client)
    assert '<html lang="en">' in text(Client(), address)  # kept for the holder, not the browser


def test_the_page_tells_where_the_request_is_and_by_when(phone: Client) -> None:
    answer = phone.get("/family/")
    page = answer.content.decode()
    for told in ("La solicitud de Sam", "Second Bridge Options High School tiene un lugar",
                 "domingo 22 de noviembre", "Dana Okafor", "773-555-0142", "papeles"):  # fmt: skip
        assert told in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_that_staff_wrote_and_nothing_of_other_cases_is_on_the_page(phone: Client) -> None:
    page = text(phone)
    with as_role("loader"):
        assert ProgramSpell.objects.filter(student__family_name="Adair").exists()
    for hidden in ("Adair", "Far behind", "remark", "Not seen", "homeless", "lost", "80000001",
                   "needs help", "2010", "Brisa", "Bridge to a diploma"):  # fmt: skip
        assert hidden not in page, hidden


def test_the_page_is_the_same_whatever_else_there_is_of_the_student(
    phone: Client, case: CaseFile
) -> None:
    before = normalized(phone.get("/family/"))
    with as_role("loader"), connection.cursor() as cursor:
        cursor.execute("set role postgres")
        cursor.execute("delete from cases_note where case_id = %s", [case.pk])
        cursor.execute("delete from roster_programspell")
        cursor.execute("delete from mobility_flag")
        cursor.execute(
            "update cases_casefile set reason = 'Other.', tier = 'restricted' where id <> %s",
            [case.pk],
        )
    assert normalized(phone.get("/family/")) == before


def test_a_wrong_birth_date_is_refused_and_five_close_the_page_for_everybody(
    phone: Client, address: str
) -> None:
    other = Client()
    for _ in range(4):
        answer = other.post(address, WRONG)
        assert (answer.status_code, "no es la fecha correcta" in answer.content.decode()) == (
            401,
            True,
        )
    assert other.post(address, WRONG).status_code == 404
    assert other.post(address, BORN).status_code == 404
    assert other.get("/family/").status_code == 404
    assert phone.get("/family/").status_code == 404


@pytest.mark.parametrize("said", [{}, {**BORN, "day": "x"}, {**BORN, "day": "31", "month": "2"}])
def test_what_is_no_date_costs_no_try(address: str, client: Client, said: dict[str, str]) -> None:
    for _ in range(6):
        assert client.post(address, said).status_code == 401
    assert client.post(address, BORN).status_code == 302


def test_an_ended_link_answers_as_one_that_never_was(
    case: CaseFile, address: str, phone: Client, browse: Browse
) -> None:
    unknown = normalized(Client().get(f"/family/{'x' * 32}/"))
    assert unknown[0] == 404
    for told in ("This link has ended", "Este enlace ya no", "773-555-0142"):
        assert told in unknown[2]
    with as_role("loader"):
        link = FamilyLink.objects.get(case=case)
    browse("okafor").post(f"/cases/{case.uuid}/family/{link.uuid}/end/")
    assert normalized(Client().get(address)) == unknown
    assert normalized(Client().post(address, BORN))[2] == unknown[2]
    page = phone.get("/family/")
    assert (page.status_code, "Sam" in page.content.decode()) == (404, False)


def test_without_a_link_the_page_says_to_open_it_again(client: Client, world: World) -> None:
    answer = client.get("/family/")
    assert (answer.status_code, "Open the link in your message" in answer.content.decode()) == (
        404, True,
    )  # fmt: skip


def test_the_page_closes_by_itself_after_two_hours_and_by_hand_at_once(
    phone: Client, address: str
) -> None:
    with holding_clock(AT + timedelta(hours=2)):
        assert phone.get("/family/").status_code == 404
    assert phone.get("/family/").status_code == 200
    phone.post("/family/close/")
    assert phone.get("/family/").status_code == 404
    assert phone.get(address).status_code == 200


def test_yes_and_no_are_kept_and_shown_to_both_sides(
    phone: Client, case: CaseFile, browse: Browse
) -> None:
    no = {"answer": "no", "because": "too_far", "words": "Two buses.", "revision": "6"}
    assert phone.post("/family/answer/", no).status_code == 302
    assert "Usted dijo que no" in text(phone)
    page = browse("okafor").get(f"/cases/{case.uuid}/").content.decode()
    assert "The family says no to the seat" in page
    assert "It is too far away: “Two buses.”" in page
    phone.post("/family/answer/", {"answer": "yes", "revision": "6"})
    assert "Usted dijo que sí" in text(phone)


def test_a_no_without_a_reason_is_refused_in_the_familys_language(phone: Client) -> None:
    answer = phone.post("/family/answer/", {"answer": "no", "revision": "6"})
    assert (answer.status_code, "Elija por qué no." in answer.content.decode()) == (409, True)
    with as_role("loader"):
        assert not FamilyAnswer.objects.filter(answer="no").exists()


def test_an_offer_that_ran_out_asks_nothing_any_more(phone: Client, address: str) -> None:
    with holding_clock(AT + 2 * DAY + timedelta(minutes=1)):
        phone.post(address, BORN)
        page = text(phone)
    assert "family/answer" not in page
    assert "El plazo para contestar terminó" in page


def test_who_looked_is_in_the_record_of_reads_with_the_ground_and_the_link(
    phone: Client, case: CaseFile, world: World
) -> None:
    phone.get("/family/")
    with as_role("loader"):
        link = FamilyLink.objects.get(case=case)
    student = world.students["Adair"]
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        rows = Disclosure.objects.using("ledger").filter(page="family")
        kept = list(rows.values_list("user_id", "ground", "students", "filter"))
        visits = Visit.objects.using("ledger").filter(page="family").values_list("user_id")
        assert list(visits) == [(-link.pk,)]
        given = Disclosure.objects.using("ledger").get(page="case-family")
        cursor.execute("set role bascule_ledger")
    assert kept == [(-link.pk, "family", [str(student.uuid)], {"link": str(link.uuid)})]
    assert given.filter["given_to"]


def test_the_page_asks_the_database_as_often_as_written_down(phone: Client) -> None:
    phone.get("/family/")
    with CaptureQueriesContext(connection) as queries:
        assert phone.get("/family/").status_code == 200
    asked = [each["sql"].split(" ", 2)[:2] for each in queries]
    assert len(queries) == 9, asked


@pytest.mark.parametrize("who", ["clerk_0", "chief_0", "auditor", "clerk_1", "wren"])
def test_who_does_not_work_the_case_neither_gives_nor_takes_the_page(
    case: CaseFile, address: str, browse: Browse, who: str
) -> None:
    with as_role("loader"):
        link = FamilyLink.objects.get(case=case)
    client = browse(who)
    give(client, case)
    assert client.post(f"/cases/{case.uuid}/family/{link.uuid}/end/").status_code == 404
    assert Client().get(address).status_code == 200
    with as_role("loader"):
        assert FamilyLink.objects.filter(case=case).count() == 1


def test_a_link_is_taken_back_at_its_own_case_alone(
    case: CaseFile, world: World, address: str, browse: Browse
) -> None:
    with as_role("loader"):
        link = FamilyLink.objects.get(case=case)
    other = world.cases["Adair"].uuid
    answer = browse("okafor").post(f"/cases/{other}/family/{link.uuid}/end/")
    assert (answer.status_code, Client().get(address).status_code) == (404, 200)


def test_who_is_signed_in_reads_the_page_as_the_family_and_stays_signed_in(
    case: CaseFile, address: str, browse: Browse
) -> None:
    client = browse("okafor")
    client.post(address, BORN)
    page = text(client)
    assert "La solicitud de Sam" in page
    assert "Okafor</strong>" in page  # whom to ask
    assert "Sign out" not in page
    assert client.get(f"/cases/{case.uuid}/").status_code == 200


def test_a_family_opens_no_page_of_the_staff(phone: Client, case: CaseFile) -> None:
    for place in ("/", "/students/", f"/cases/{case.uuid}/"):
        assert phone.get(place).headers["Location"].startswith("/sign-in/")


def test_the_case_shows_who_has_the_page_and_that_it_is_locked(
    case: CaseFile, address: str, browse: Browse, client: Client
) -> None:
    page = browse("okafor").get(f"/cases/{case.uuid}/").content.decode()
    assert "Pat Adair" in page.split('id="family"')[1]
    assert "Not opened yet" in page
    for _ in range(5):
        client.post(address, WRONG)
    assert (
        "Locked: five wrong birth dates"
        in browse("okafor").get(f"/cases/{case.uuid}/").content.decode()
    )


def test_the_owner_of_the_case_is_told_of_an_answer_once_and_of_another_one_again(
    phone: Client, case: CaseFile, browse: Browse
) -> None:
    def notices() -> list[str]:
        with acting(SWEEP):
            tell_answers(SWEEP)
        page = browse("okafor").get("/").content.decode()
        line = (
            rf'value="([^"]+)"><span class="status due">[^<]*</span> <a href="/cases/{case.uuid}/"'
        )
        return re.findall(line, page)

    no = {"answer": "no", "because": "too_far", "revision": "6"}
    assert notices() == []
    phone.post("/family/answer/", no)
    assert (len(notices()), len(notices())) == (1, 1)
    browse("okafor").post("/notices/seen/", {"notice": notices()})
    assert notices() == []
    with holding_clock(AT + timedelta(hours=1)):
        phone.post("/family/answer/", {"answer": "yes", "revision": "6"})
        assert len(notices()) == 1
    with as_role("loader"):
        CaseFile.objects.filter(pk=case.pk).update(revision=7)
    assert notices() == []


@pytest.mark.parametrize(("is_demo", "status"), [(True, 302), (False, 404)])
def test_the_demos_family_opens_its_page_without_a_birth_date_in_the_demo_alone(
    case: CaseFile, browse: Browse, monkeypatch: pytest.MonkeyPatch, is_demo: bool, status: int
) -> None:
    give(browse("okafor"), case)
    with as_role("loader"):
        FamilyLink.objects.filter(case=case).update(digest=digest_of(settings.DEMO_FAMILY))
    monkeypatch.setattr(settings, "DEMO_SIGN_IN", is_demo)
    client = Client()
    assert client.post("/family/demo/").status_code == status
    assert client.get("/family/").status_code == (200 if is_demo else 404)
