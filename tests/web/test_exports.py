"""A list as a file: asked for by a POST, written by a job as who asked, recorded when taken."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from openpyxl import Workbook, load_workbook

from bascule.access.actions import forget_exports, request_export
from bascule.access.jobs import run_once
from bascule.access.models import Disclosure, Export, User
from bascule.directory.models import Assignment, Organization
from bascule.kernel.actor import HOUSEKEEPING, Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.jobs import TASKS
from bascule.kernel.refusal import NotPermitted
from bascule.roster.models import Student
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Loader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def world(world: World, as_loader: Loader) -> World:
    """The world before anybody took a list away."""
    with as_loader():
        Export.objects.all().delete()
    return world


def run_queue() -> int:
    """Run every queued job once, as a worker does, and return how many."""
    with as_role("worker"), connection.cursor() as cursor:
        cursor.execute("select id, task_name, args from procrastinate_jobs order by id")
        waiting = cursor.fetchall()
    for number, name, text in waiting:
        arguments = json.loads(text)
        user_id = arguments.pop("user_id")
        run_once(TASKS[name], job_id=number, user_id=user_id, arguments=arguments)
    return len(waiting)


def the_export() -> Export:
    with as_role("loader"):
        return Export.objects.get()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def taken(client: Client) -> list[list[str]]:
    answer = client.get(f"/exports/{the_export().pk}/file/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    return table(answer.content)


def book(client: Client) -> Workbook:
    """Return the file as another program reads it."""
    answer = client.get(f"/exports/{the_export().pk}/file/")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    return load_workbook(io.BytesIO(answer.content))


def test_the_list_of_students_holds_every_student_in_sight_and_no_other(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    assert client.post("/exports/", {"kind": "students", "q": ""}).status_code == 302
    assert "Being written" in client.get("/exports/").content.decode()
    assert run_queue() == 1
    assert "5 rows" in client.get("/exports/").content.decode()
    rows = taken(client)
    assert rows[0][:3] == ["Number", "Family name", "Given name"]
    assert [row[1] for row in rows[1:]] == ["Adair", "Brisa", "Calloway", "Deng", "Ibarra"]


def test_the_queue_is_the_queue_of_today_without_restricted_cases(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "queue"})
    run_queue()
    assert sorted(row[0] for row in taken(client)[1:]) == [
        "Adair, Sam", "Calloway, Sam", "Deng, Sam",
    ]  # fmt: skip


def test_a_search_is_exported_as_it_was_searched(world: World, browse: Browse) -> None:
    client = browse("lead")
    client.post("/exports/", {"kind": "students", "q": "esco"})
    run_queue()
    assert [row[1] for row in taken(client)[1:]] == ["Escobar"]


def test_taking_the_file_is_recorded_with_ground_filter_count_and_students(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "students", "q": "adair"})
    run_queue()
    assert client.get("/exports/").status_code == 200
    assert recorded() == []
    taken(client)
    adair = str(world.students["Adair"].uuid)
    filter = {"q": "adair", "list": "students", "rows": "1"}
    assert recorded() == [("export-file", "school, reach", filter, 1, [adair])]


def recorded() -> list[tuple[object, ...]]:
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        rows = Disclosure.objects.using("ledger").values_list(
            "page", "ground", "filter", "count", "students"
        )
        kept = list(rows)
        cursor.execute("set role bascule_ledger")
    return kept


def test_a_file_is_gone_after_24_hours_whether_or_not_it_was_removed(
    world: World, browse: Browse
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "students"})
    run_queue()
    address = f"/exports/{the_export().pk}/file/"
    with holding_clock(AT + timedelta(hours=23, minutes=59)):
        assert client.get(address).status_code == 200
        assert forget_exports(HOUSEKEEPING) == 0
    with holding_clock(AT + timedelta(hours=24)):
        client.force_login(User.objects.get(username="okafor"))
        assert client.get(address).status_code == 404
        assert forget_exports(HOUSEKEEPING) == 1
    with as_role("loader"):
        assert not Export.objects.exists()


def test_the_same_list_asked_for_twice_is_written_once(world: World, browse: Browse) -> None:
    client = browse("okafor")
    for _ in range(2):
        client.post("/exports/", {"kind": "students"})
    assert run_queue() == 1
    client.post("/exports/", {"kind": "students"})
    with as_role("loader"):
        assert Export.objects.count() == 2


def test_a_list_is_written_with_the_rights_of_the_moment_of_writing(
    world: World, browse: Browse, as_loader: Loader
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "students"})
    with as_loader():
        Assignment.objects.filter(person__source_key="okafor").delete()
    with pytest.raises(NotPermitted):
        run_queue()
    assert the_export().content is None


def test_who_may_not_take_lists_away_is_refused(
    world: World, browse: Browse, actor: Callable[[str], Actor]
) -> None:
    assert browse("clerk_0").post("/exports/", {"kind": "students"}).status_code == 404
    with pytest.raises(NotPermitted):
        request_export(actor("clerk_0"), kind="students", filter={})
    assert browse("okafor").post("/exports/", {"kind": "everything"}).status_code == 409
    assert run_queue() == 0


def test_a_name_that_a_spreadsheet_would_run_is_neutralized(
    world: World, browse: Browse, as_loader: Loader
) -> None:
    with as_loader():
        Student.objects.filter(family_name="Adair").update(family_name="=HYPERLINK(1)")
    client = browse("okafor")
    client.post("/exports/", {"kind": "students"})
    run_queue()
    assert "'=HYPERLINK(1)" in {row[1] for row in taken(client)[1:]}


def test_a_list_that_nobody_wrote_can_be_asked_for_again(world: World, browse: Browse) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "students"})
    with holding_clock(AT + timedelta(minutes=16)):
        assert "Could not be written" in client.get("/exports/").content.decode()
        client.post("/exports/", {"kind": "students"})
        assert run_queue() == 2


def test_as_xlsx_days_are_days_and_numbers_of_students_keep_their_zeros(
    world: World, browse: Browse, as_loader: Loader
) -> None:
    with as_loader():
        Student.objects.filter(family_name="Adair").update(number="00420042")
        Student.objects.filter(family_name="Brisa").update(given_name="=1+1")
    client = browse("okafor")
    client.post("/exports/", {"kind": "students", "format": "xlsx"})
    run_queue()
    rows = {row[1]: row for row in book(client)["Students"].iter_rows(min_row=2, values_only=True)}
    assert list(rows) == ["Adair", "Brisa", "Calloway", "Deng", "Ibarra"]
    entered = Student.objects.filter(family_name="Adair").values_list("entered_on", flat=True)
    with as_loader():
        first_day = entered.get()
    assert isinstance(first_day, date)
    assert rows["Adair"][0] == "00420042"
    assert rows["Adair"][5] == datetime(first_day.year, first_day.month, first_day.day)  # noqa: DTZ001
    assert rows["Brisa"][2] == "'=1+1"


def test_the_first_sheet_tells_what_the_file_is(
    world: World, browse: Browse, actor: Callable[[str], Actor]
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "students", "q": "adair", "format": "xlsx"})
    run_queue()
    found = book(client)
    told = dict(found["About"].iter_rows(min_row=2, values_only=True))
    assert found.sheetnames == ["About", "Students"]
    assert told == {
        "What": "Students", "Filter": "q: adair", "Rows": 1, "As of": datetime(2026, 11, 20, 8),  # noqa: DTZ001
        "Rule": "all students whom the person below may see", "Written for": actor("okafor").name,
    }  # fmt: skip


def test_both_kinds_of_file_hold_the_same_rows(
    world: World, browse: Browse, as_loader: Loader
) -> None:
    client = browse("okafor")
    client.post("/exports/", {"kind": "queue", "format": "xlsx"})
    run_queue()
    cells = [
        [str(cell.date() if isinstance(cell, datetime) else cell or "") for cell in row]
        for row in book(client)["My queue"].iter_rows(values_only=True)
    ]
    with as_loader():
        Export.objects.all().delete()
    client.post("/exports/", {"kind": "queue"})
    run_queue()
    assert cells == taken(client)
    assert len(cells) == 4


def test_a_file_of_another_kind_is_refused(world: World, browse: Browse) -> None:
    answer = browse("okafor").post("/exports/", {"kind": "students", "format": "xls"})
    assert answer.status_code == 409
    assert run_queue() == 0


def test_a_list_asked_for_as_both_kinds_is_written_twice(world: World, browse: Browse) -> None:
    client = browse("okafor")
    for kind in ("csv", "xlsx", "xlsx"):
        client.post("/exports/", {"kind": "students", "format": kind})
    assert run_queue() == 2


def test_a_network_that_narrows_a_list_is_told_by_its_name(world: World, browse: Browse) -> None:
    network = Organization.objects.get(source_key="N1")
    client = browse("lead")
    asked = {"kind": "answers", "days": "30", "network": str(network.uuid), "format": "xlsx"}
    client.post("/exports/", asked)
    run_queue()
    told = dict(book(client)["About"].iter_rows(min_row=2, values_only=True))
    assert told["Filter"] == f"days: 30; network: {network.name}"
