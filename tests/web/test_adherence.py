"""Adherence from the log alone: recomputed by hand, seen by whom it is about and by the Lead."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import acting
from bascule.access.actions import request_export
from bascule.access.models import User
from bascule.cases.actions import Opening, open_cases
from bascule.cases.adherence import begin_of, kept_by, people_judged, steps_taken
from bascule.cases.lists import write_list
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.web.views.adherence import Share
from tests.databases import as_role
from tests.web.test_handovers_page import owe
from tests.world import AT, BUILDER, World, restrict

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
DAY = timedelta(days=1)

# The log of one case as a specialist left it: step, from, to, was it late.
LOG = (
    ("claim", "submitted", "eligibility", False),
    ("pass_eligibility", "eligibility", "prevention", True),
    ("finish_prevention", "prevention", "counseling", False),
    ("rank", "counseling", "counseling", False),  # stays: in order
    ("offer", "counseling", "offered", False),
    ("lapse_offer", "offered", "counseling", True),  # back
    ("offer", "counseling", "offered", False),  # back
    ("accept_offer", "offered", "intake", False),
    ("confirm_records", "records", "stabilizing", False),
    ("check", "stabilizing", "stabilizing", False),
    ("check", "stabilizing", "stabilizing", True),
)
"""By hand: 11 taken, 8 in time, 9 in order. With one case that waits though late: 8 of 12."""


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Everything is looked at at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def okafor(world: World) -> User:
    """The specialist, whose log is LOG and for whom one late case waits."""
    user = User.objects.select_related("person").get(username="okafor")
    write_log(transfer_of(world, "Adair"), user)
    with as_role("loader"):
        CaseFile.objects.filter(pk=world.cases["Calloway"].pk).update(due_at=AT - DAY)
    return user


def transfer_of(world: World, name: str) -> CaseFile:
    with as_role("loader"):
        student = world.students[name]
        CaseFile.objects.filter(student=student).update(closed_at=AT, due_at=None)
        [case] = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        return case


def write_log(case: CaseFile, user: User, *, times: int = 1, days_ago: int = 3) -> None:
    with as_role("loader"):
        Transition.objects.bulk_create(
            Transition(
                case=case, step=step, from_state=was, to_state=to, was_late=late,
                user_id=user.pk, actor_name="Dana Okafor",
                at=AT - days_ago * DAY + timedelta(minutes=place),
            )
            for place, (step, was, to, late) in enumerate(LOG * times)
        )  # fmt: skip


def figures(who: Actor, user: User, span: str = "30") -> Any:
    with acting(who):
        since = begin_of(span, AT.date())
        [kept] = kept_by(who, people_judged(who, since, AT).filter(pk=user.pk), since, AT, AT)
    return kept.taken, kept.in_time, kept.in_order, kept.late_now, kept.owed


def words_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def steps_of(user: User) -> str:
    return f"/adherence/{user.person.uuid}/"


def test_the_figures_of_one_specialist_are_those_computed_by_hand(
    okafor: User, actor: Find, browse: Browse
) -> None:
    assert figures(actor("lead"), okafor) == (11, 8, 9, 1, 12)
    page = words_of(browse("lead"), "/adherence/")
    assert "Dana Okafor 11 8 of 12 67 % 9 of 11 82 % 1" in page  # 66.7 and 81.8, half-up


def test_each_number_opens_the_steps_behind_it(okafor: User, browse: Browse) -> None:
    lead = browse("lead")
    listed = {
        only: lead.get(f"{steps_of(okafor)}?only={only}").content.decode().count("<li ")
        for only in ("", "late", "back", "waiting")
    }
    assert listed == {"": 11, "late": 3, "back": 2, "waiting": 1}
    assert "Calloway" in words_of(lead, f"{steps_of(okafor)}?only=waiting")


def test_a_specialist_sees_the_own_row_alone_and_nobody_elses_steps(
    okafor: User, browse: Browse
) -> None:
    assert "Dana Okafor 11" in words_of(browse("okafor"), "/adherence/")
    others = words_of(browse("wren"), "/adherence/")
    assert ("Okafor" in others, "Tomas Wren" in others) == (False, True)
    readers = ("okafor", "wren", "lead", "desk", "principal_0", "chief_0")
    statuses = [browse(who).get(steps_of(okafor)).status_code for who in readers]
    assert statuses == [200, 404, 200, 200, 404, 404]


def test_names_stand_in_their_order_and_not_in_that_of_the_figures(
    okafor: User, browse: Browse
) -> None:
    page = words_of(browse("lead"), "/adherence/")
    names = ["Aiyana Brooks", "Dana Okafor", "Tomas Wren"]
    assert sorted(names, key=page.index) == names


def test_steps_in_a_restricted_case_are_counted_for_nobody_who_may_not_know(
    world: World, okafor: User, actor: Find, browse: Browse
) -> None:
    before = words_of(browse("lead"), "/adherence/")
    hidden = transfer_of(world, "Brisa")
    with as_role("loader"):
        restrict(hidden)
    write_log(hidden, okafor)
    assert figures(actor("lead"), okafor) == (11, 8, 9, 1, 12)
    assert words_of(browse("lead"), "/adherence/") == before
    knowing = actor("liaison")
    with acting(knowing):
        seen = steps_taken(knowing, [okafor.pk], begin_of("30", AT.date()), AT)
        assert seen.count() == 2 * len(LOG)


@pytest.mark.parametrize(
    ("days_ago", "span", "counted"),
    [(30, "30", True), (31, "30", False), (31, "90", True), (91, "90", False), (91, "year", True)],
)
def test_a_span_begins_with_its_first_day(
    world: World, actor: Find, days_ago: int, span: str, counted: bool
) -> None:
    user = User.objects.get(username="okafor")
    write_log(transfer_of(world, "Adair"), user, days_ago=days_ago)
    assert figures(actor("lead"), user, span)[0] == (len(LOG) if counted else 0)


def test_under_ten_there_is_no_percent_and_none_is_no_zero() -> None:
    assert (Share(9, 9).percent, Share(0, 0).percent) == (None, None)
    assert Share(1, 10).percent == Decimal(10)
    assert Share(25, 200).percent == Decimal(13)  # 12.5, half-up


def test_a_release_is_late_when_nobody_answered_and_not_judged_within_its_clock(
    world: World, browse: Browse
) -> None:
    names = ("Adair", "Calloway", "Deng", "Escobar")
    with as_role("loader"):
        CaseFile.objects.filter(student__family_name__in=names).update(closed_at=AT, due_at=None)
        cases = {name: owe(world.students[name]) for name in names}
        for name, step, late in (("Adair", "release", False), ("Deng", "escalate", False)):
            Transition.objects.create(
                case=cases[name], step=step, from_state="release_requested", to_state="x", at=AT,
                was_late=late, user_id=1, actor_name="Bea Nowak",
            )  # fmt: skip
        CaseFile.objects.filter(pk=cases["Calloway"].pk).update(due_at=AT + DAY)
        CaseFile.objects.filter(pk=cases["Escobar"].pk).update(due_at=AT - DAY)
    with holding_clock(AT + timedelta(minutes=1)):
        page = words_of(browse("lead"), "/adherence/")
        assert "Harbor Point High School 1 of 1 0" in page
        assert "Juniper Elementary School 0 of 1 1" in page  # Calloway's is running
        assert "Lantern Hill High School 0 of 1 0" in page
        clerk = words_of(browse("clerk_0"), "/adherence/")
    assert ("Harbor Point" in clerk, "Juniper" in clerk) == (True, False)


def test_a_school_names_its_releases_to_itself_and_to_no_other(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(student=world.students["Adair"]).update(closed_at=AT, due_at=None)
        case = owe(world.students["Adair"])
    school = world.students["Adair"].school
    assert school is not None
    address = f"/adherence/schools/{school.uuid}/"
    statuses = {who: browse(who).get(address).status_code for who in ("clerk_0", "clerk_1")}
    assert statuses == {"clerk_0": 200, "clerk_1": 404}
    assert f"/cases/{case.uuid}/" in browse("clerk_0").get(address).content.decode()


def test_the_pages_ask_as_much_for_many_steps_as_for_few(
    world: World, okafor: User, browse: Browse
) -> None:
    client, counts, case = browse("lead"), [], transfer_of(world, "Deng")
    for times in (1, 30):
        write_log(case, okafor, times=times)
        for address in ("/adherence/", steps_of(okafor)):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_the_figures_are_taken_away_as_they_are_shown(okafor: User, actor: Find) -> None:
    rows = {}
    for key in ("lead", "okafor"):
        who = actor(key)
        with acting(who):
            wanted = request_export(who, kind="adherence", filter={"days": "30"})
            written = write_list(who, export=wanted.pk)
        assert written is not None
        assert written.content is not None
        rows[key] = bytes(written.content).decode("utf-8-sig").splitlines()
    assert rows["okafor"] == [
        "Who,Steps,In time,In order,Waiting though late,Rule version", "Dana Okafor,11,8,9,1,1",
    ]  # fmt: skip
    assert (
        len(rows["lead"])
        == 1 + Person.objects.filter(assignments__position__role="transition_specialist").count()
    )
