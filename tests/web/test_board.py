"""The board: each number is that of the list behind it, and counts what its reader may know of."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Absence, Organization, Person
from bascule.kernel.clock import holding_clock
from bascule.mobility.actions.board import keep_board_figures
from bascule.mobility.models import BoardFigure
from bascule.roster.models import AttendanceEvent, EnrollmentClaim, Stint, Student
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.web.test_handovers_page import owe
from tests.world import AT, BUILDER, World, restrict

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]
LINK = re.compile(r'href="(/cases/\?[^"]*)">([\d,]+)<span class="away"> (open|late)')


def page(client: Client, address: str = "/board/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def request_transfer(student: Student, *, state: str = "submitted", hours: int = 0) -> CaseFile:
    """A request that stands in a state for so many hours. As the loader."""
    [case] = open_cases(
        BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")],
        at=AT - timedelta(hours=hours),
    )  # fmt: skip
    CaseFile.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    return case


@pytest.fixture
def busy(world: World, as_loader: AsLoader) -> World:
    """Cases in several states, late and not, owned by the office and by a school."""
    with as_loader():
        for name, state, hours in (("Deng", "counseling", 900), ("Escobar", "offered", 2),
                                   ("Galarza", "records", 1000)):  # fmt: skip
            request_transfer(world.students[name], state=state, hours=hours)
        openings = [Opening(world.students["Jansen"], "Left for another district.")]
        open_cases(BUILDER, workflow="unproven_transfer", openings=openings, at=AT)
        CaseFile.objects.filter(pk=world.cases["Kowal"].pk).update(due_at=AT - timedelta(days=2))
        nowhere = world.students["Lindqvist"]
        nowhere.school = None
        nowhere.save()
        CaseFile.objects.filter(student=nowhere).update(school_id=None)
    return world


@pytest.mark.parametrize("who", ["lead", "desk"])
def test_each_number_is_that_of_the_list_which_it_opens(
    busy: World, browse: Browse, who: str
) -> None:
    client = browse(who)
    text = page(client)
    links = [(unescape(place), int(count)) for place, count, _ in LINK.findall(text)]
    assert len(links) > 12
    listed = {
        place: int(re.search(r'class="count">(\d+)<', page(client, place))[1])  # type: ignore[index]
        for place, _ in links
    }
    assert dict(links) == listed
    in_sight = sum(listed[place] for place, _ in links
                   if "network=" in place and "late" not in place)  # fmt: skip
    assert f"{in_sight} open" in words_of(text)
    with as_role("loader"):
        assert in_sight == CaseFile.objects.filter(closed_at=None, tier="student").count()


def test_a_restricted_case_counts_for_nobody_on_the_board_who_may_not_know(
    busy: World, browse: Browse
) -> None:
    before = {who: normalized(browse(who).get("/board/")) for who in ("lead", "desk")}
    with as_role("loader"):
        case = request_transfer(busy.students["Huang"], hours=900)
        restrict(case)
        Transition.objects.create(case=case, step="deny", from_state="eligibility", at=AT,
                                  to_state="denied", user_id=1, actor_name="x")  # fmt: skip
    for who, seen in before.items():
        assert normalized(browse(who).get("/board/")) == seen


def test_the_school_of_an_open_case_follows_the_student_and_that_of_a_closed_one_stays(
    world: World, as_loader: AsLoader
) -> None:
    there = Organization.objects.get(source_key="S203").pk
    with as_loader():
        is_open, is_closed = world.cases["Adair"], world.cases["Brisa"]
        here = is_open.student.school_id  # type: ignore[union-attr]
        CaseFile.objects.filter(pk=is_closed.pk).update(closed_at=AT, due_at=None)
        Student.objects.filter(school=here).update(school=there)
        schools = dict(CaseFile.objects.values_list("pk", "school_id"))
    assert (schools[is_open.pk], schools[is_closed.pk]) == (there, here)


def test_a_request_older_than_a_school_day_is_named_and_a_younger_one_is_not(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    assert "None, as it must be." in page(browse("lead"))
    with as_loader():
        request_transfer(world.students["Adair"], hours=22)  # Thursday at 10
        request_transfer(world.students["Escobar"], hours=46)  # Wednesday at 10
        request_transfer(world.students["Deng"], state="eligibility", hours=90)
    text = words_of(page(browse("lead")))
    panel = text[text.index("Unclaimed for longer") : text.index("Without cover")]
    assert "1 request waits" in panel
    assert "Escobar, Sam since Wed Nov 18, 10:00 a.m." in panel
    assert "Adair" not in panel
    assert "Deng" not in panel


@pytest.mark.parametrize(("days", "is_named"), [(1, False), (3, False), (3.5, True), (4, True)])
def test_a_request_of_friday_is_a_school_day_old_when_offices_close_on_monday(
    world: World, browse: Browse, as_loader: AsLoader, days: float, is_named: bool
) -> None:
    with as_loader():
        request_transfer(world.students["Adair"])  # Friday at 8
    with holding_clock(AT + timedelta(days=days)):
        assert ("Adair, Sam" in page(browse("lead"))) is is_named


def test_what_schools_owe_and_days_without_cover_stand_on_the_board(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    assert "No school owes a release." in page(browse("lead"))
    assert "Somebody is named for each desk." in page(browse("lead"))
    with as_loader():
        owe(world.students["Adair"])
        for key in ("okafor", "brooks"):
            Absence.objects.create(
                person=Person.objects.get(source_key=key), starts_on=AT.date() + timedelta(days=20)
            )
    text = words_of(page(browse("lead")))
    assert "Harbor Point High School 1 30" in text
    assert "Network 1 from Thu Dec 10" not in text
    assert re.search(r"Network 1 (on|Thu|from)? ?Thu Dec 10 to Sun Dec 20", text)


def test_the_register_tells_each_denial_with_its_reason_its_appeal_and_the_outcome(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    assert "No transfer that you may see was denied" in page(browse("lead"), "/board/denials/")
    with as_loader():
        for name, step, why in (("Adair", "deny", "Too young."), ("Fenn", "deny", "Hidden."),
                                ("Calloway", "refuse_release", "Owes a hearing.")):  # fmt: skip
            case = request_transfer(world.students[name], state="denied")
            Transition.objects.create(
                case=case, step=step, from_state="eligibility", to_state="denied", at=AT,
                user_id=1, actor_name="Dana Okafor", answers={"why": why},
            )  # fmt: skip
            if name == "Fenn":
                restrict(case)
        said = [Opening(world.students["Adair"], "Please look again.")]
        open_cases(BUILDER, workflow="denial_appeal", openings=said, at=AT + timedelta(hours=1))
    text = words_of(page(browse("lead"), "/board/denials/"))
    assert "Too young. Request denied · Dana Okafor" in text
    assert "Appeal of a denial : Appeal is here" in text
    assert "Owes a hearing. Release refused · Dana Okafor" in text
    assert "no appeal" in text
    assert "Hidden." not in text
    assert 'href="/board/denials/"' in page(browse("lead"))


@pytest.fixture
def moved(world: World, as_loader: AsLoader) -> World:
    """Adair left on Oct 30 and came on Nov 10, absent on the first day; Calloway moved at once."""
    with as_loader():
        there = Organization.objects.get(source_key="S201")
        for name, left, came in (("Adair", date(2026, 10, 30), date(2026, 11, 10)),
                                 ("Calloway", date(2026, 11, 5), date(2026, 11, 6))):  # fmt: skip
            student = world.students[name]
            Stint.objects.filter(student=student).update(ends_on=left)
            claim = EnrollmentClaim.objects.create(
                student=student, school=there, starts_on=came, entry_code="04", source="sis",
                source_key=f"{name}|there", known_from=AT,
            )  # fmt: skip
            Stint.objects.create(student=student, school=there, school_year=2027, starts_on=came,
                                 entry_code="04", claim=claim)  # fmt: skip
        AttendanceEvent.objects.create(
            student=world.students["Adair"], school=there, day=date(2026, 11, 10),
            kind="absent_unexcused", source="sis", source_key="a",
        )  # fmt: skip
        AttendanceEvent.objects.create(
            student=world.students["Calloway"], school=there, day=date(2026, 11, 6), kind="tardy",
            source="sis", source_key="t",
        )  # fmt: skip
        keep_board_figures(BUILDER, at=AT)
    return world


def test_days_lost_are_counted_from_stints_and_presence(moved: World, browse: Browse) -> None:
    text = words_of(page(browse("lead")))
    assert "Student-days lost between schools 7 in 2 moves of this school year" in text
    assert "November : 7 days in 2 moves" in text
    named = words_of(page(browse("lead"), "/board/between/?month=2026-11"))
    assert "7 days, by moves that arrived Nov 1, 2026 to Nov 30, 2026" in named
    assert "Adair, Sam" in named
    assert "enrolled until Oct 30, 2026, then from Nov 10, 2026" in named
    assert "present first on Nov 11, 2026" in named
    assert "Calloway" not in named
    assert "No move of these days" in page(browse("lead"), "/board/between/?month=2026-10")


def test_medians_are_of_stays_that_ended_in_the_last_30_days(
    world: World, as_loader: AsLoader
) -> None:
    with as_loader():
        for name, steps in (("Adair", (0, 10)), ("Calloway", (0, 21)), ("Deng", (-900, -890)),
                            ("Escobar", (-900, 40)), ("Fenn", (0, 400))):  # fmt: skip
            case = request_transfer(world.students[name])
            Transition.objects.filter(case=case).delete()
            for hours, old, new in zip(steps, ("", "submitted"), ("submitted", "x"), strict=True):
                Transition.objects.create(
                    case=case, step="s", from_state=old, to_state=new, user_id=1, actor_name="x",
                    at=AT - timedelta(hours=410 - hours),
                )  # fmt: skip
            if name == "Fenn":
                restrict(case)
        keep_board_figures(BUILDER, at=AT)
    [kept] = BoardFigure.objects.filter(kind="hours")
    assert (kept.about, float(kept.figure), kept.count) == ("options_transfer.submitted", 21.0, 3)


def test_the_board_asks_as_often_for_many_cases_as_for_few(
    busy: World, browse: Browse, as_loader: AsLoader
) -> None:
    lead = browse("lead")
    few = queries_of(lead)
    with as_loader():
        for name in ("Adair", "Calloway", "Huang", "Ibarra"):
            request_transfer(busy.students[name], hours=900)
    assert queries_of(lead) == few


def queries_of(client: Client) -> int:
    client.get("/board/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/board/")
    return len(queries)
