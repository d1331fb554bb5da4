"""A personal calendar: what it tells, to whom it answers, and what stands nowhere in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from bascule.access.models import User
from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CalendarFeed, CaseFile
from bascule.directory.models import Assignment
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, BUILDER, World

pytestmark = [
    pytest.mark.django_db(databases=["default", "ledger"]),
    pytest.mark.usefixtures("world"),
]
Browse = Callable[[str], Client]
Loading = Callable[[], AbstractContextManager[None]]


def made(client: Client, **said: str) -> str:
    """The address that the page shows once, without its host."""
    page = client.post("/calendar/", {"what": "make", **said}).content.decode()
    return page.split("readonly>http://testserver")[1].split("</textarea>")[0]


def events(address: str) -> list[tuple[str, object, str]]:
    answer = Client().get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [(str(e["summary"]), e["dtstart"].dt, str(e["uid"])) for e in found]


def own_cases(name: str) -> list[CaseFile]:
    with as_role("loader"):
        person = User.objects.get(username=name).person_id
        held = Assignment.objects.filter(person=person).values("position")
        rows = CaseFile.objects.filter(owner__in=held, closed_at=None)
        return list(rows.select_related("student").order_by("due_at", "id"))


def test_the_calendar_tells_each_clock_of_the_own_queue_by_kind_and_state(browse: Browse) -> None:
    told, cases = events(made(browse("okafor"))), own_cases("okafor")
    open_ones = [case for case in cases if case.tier == "student"]
    assert [when for _, when, _ in told] == [case.due_at for case in open_ones]
    assert {summary for summary, _, _ in told} == {
        "Bring back an inactive student: Nowhere enrolled"
    }
    assert len({uid for _, _, uid in told}) == len(open_ones) > 0


def test_no_name_no_number_no_address_of_a_case_and_nothing_restricted(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    """The liaison sees both cases on Today; the calendar lies with a provider outside."""
    with as_loader():
        person = User.objects.get(username="liaison").person_id
        position = Assignment.objects.get(person=person).position_id
        shown, hidden = (world.cases[name] for name in ("Adair", "Brisa"))
        CaseFile.objects.filter(pk__in=[shown.pk, hidden.pk]).update(owner=position)
    client = browse("liaison")
    assert "Brisa" in client.get("/").content.decode()
    text = Client().get(made(client)).content.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 1
    for case in (shown, hidden):
        assert case.student is not None
        for word in (case.student.family_name, case.student.number, str(case.uuid)):
            assert word not in text


def test_ids_of_events_stay_while_the_address_stands(browse: Browse) -> None:
    address = made(browse("okafor"))
    assert events(address) == events(address)


def test_a_new_address_ends_the_old_one_and_an_ended_one_is_as_one_that_never_was(
    browse: Browse,
) -> None:
    client = browse("okafor")
    first, second = made(client), made(client)
    assert first != second
    assert events(second)
    client.post("/calendar/", {"what": "end"})
    never = normalized(Client().get("/calendar/never-was.ics"))
    for address in (first, second):
        assert normalized(Client().get(address)) == never
    assert never[0] == 404


def test_who_holds_no_position_any_more_is_told_nothing(browse: Browse, as_loader: Loading) -> None:
    address = made(browse("okafor"))
    with as_loader():
        person = User.objects.get(username="okafor").person_id
        Assignment.objects.filter(person=person).update(ends_on=AT.date() - timedelta(days=1))
    assert Client().get(address).status_code == 404


def test_the_secret_is_kept_nowhere_and_each_sees_the_own_feed_alone(browse: Browse) -> None:
    secret = made(browse("okafor")).removeprefix("/calendar/").removesuffix(".ics")
    with as_role("loader"):
        assert not CalendarFeed.objects.filter(digest__contains=secret[:12]).exists()
    assert secret not in browse("okafor").get("/calendar/").content.decode()
    assert "You have no calendar address." in browse("lead").get("/calendar/").content.decode()


def test_it_is_read_in_the_language_of_who_made_it(browse: Browse) -> None:
    client = browse("okafor")
    client.post("/language/", {"language": "es"})
    assert "Nowhere enrolled" not in events(made(client))[0][0]


def test_an_address_is_only_read(browse: Browse) -> None:
    assert Client().post(made(browse("okafor"))).status_code in (403, 404)


def test_what_is_asked_of_the_database_does_not_grow_with_the_cases(
    world: World, browse: Browse, as_loader: Loading
) -> None:
    address, counted = made(browse("okafor")), []
    for _ in range(2):
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        counted.append(len(queries))
        with as_loader():
            openings = [Opening(world.students[name], "More.") for name in ("Adair", "Calloway")]
            open_cases(BUILDER, workflow="claims_overlap", openings=openings, at=AT)
    assert counted[0] == counted[1]
