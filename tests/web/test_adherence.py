"""Adherence from the log alone: recomputed by hand, seen by whom it is about and by the Lead."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.access.acting import acting
from bascule.access.actions import request_export
from bascule.access.models import User
from bascule.cases.actions import Opening, open_cases
from bascule.cases.adherence import begin_of, kept_by, people_judged, steps_taken
from bascule.cases.lists import write_list
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Organization, Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.mobility.models import OptionsProgram, SeatHold
from bascule.web.views.adherence import Share
from tests.databases import as_role
from tests.web.test_arrivals import a_line, offer_to
from tests.web.test_handovers_page import owe
from tests.world import AT, BUILDER, World, restrict

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
DAY = timedelta(days=1)
Log = tuple[tuple[str, str, str, bool], ...]

# The log of one case as a specialist left it: step, from, to, was it late.
LOG: Log = (
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


def write_log(
    case: CaseFile, user: User, *, log: Log = LOG, times: int = 1, days_ago: int = 3
) -> None:
    with as_role("loader"):
        Transition.objects.bulk_create(
            Transition(
                case=case, step=step, from_state=was, to_state=to, was_late=late,
                user_id=user.pk, actor_name="Dana Okafor",
                at=AT - days_ago * DAY + timedelta(minutes=place),
            )
            for place, (step, was, to, late) in enumerate(log * times)
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


STATES = st.sampled_from(["submitted", "eligibility", "prevention", "counseling"])
STEP = st.tuples(STATES, st.booleans(), st.booleans())


@settings(max_examples=25, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(steps=st.lists(STEP, max_size=14))
def test_any_log_is_counted_as_a_reader_of_it_would(
    world: World, actor: Find, steps: list[tuple[str, bool, bool]]
) -> None:
    """Who reads the log from its top remembers the states, and tallies one person's steps."""
    okafor, wren = (User.objects.get(username=name) for name in ("okafor", "wren"))
    before = figures(actor("lead"), okafor)  # what earlier examples left in the log
    case, was, been, tally = transfer_of(world, "Adair"), "draft", {"draft"}, [0, 0, 0]
    for to, late, is_hers in steps:
        write_log(case, okafor if is_hers else wren, log=(("move", was, to, late),))
        if is_hers:
            marks = (True, not late, to == was or to not in been)
            tally = [count + mark for count, mark in zip(tally, marks, strict=True)]
        been, was = been | {to}, to
    after = figures(actor("lead"), okafor)
    assert [new - old for new, old in zip(after, before, strict=True)][:3] == tally


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
        assert "Harbor Point High School 1 of 1 none to judge" in page
        assert "Juniper Elementary School 0 of 1 1 still within the clock" in page
        assert "Lantern Hill High School 0 of 1 none to judge" in page
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


def test_an_offer_is_owed_by_the_school_whose_seat_it_is(world: World, browse: Browse) -> None:
    names = {"Deng": "accept_offer", "Escobar": "withdraw", "Fenn": ""}
    offer_to([world.students[name] for name in names])
    with as_role("loader"):
        cases = {
            each.student_id: each
            for each in CaseFile.objects.filter(state="offered", closed_at=None)
        }
        for name, answer in names.items():
            write_offer(cases[world.students[name].pk], answer)
        late = cases[world.students["Fenn"].pk]
        CaseFile.objects.filter(pk=late.pk).update(due_at=AT + timedelta(seconds=30))
    with holding_clock(AT + timedelta(minutes=1)):
        for who in ("lead", "intake"):
            page = words_of(browse(who), "/adherence/")
            assert "Second Bridge Options High School none to judge 1 of 2" in page
        assert "Second Bridge" not in words_of(browse("clerk_0"), "/adherence/")
        listed = words_of(browse("intake"), f"{answers_at('S901')}?asked=offer")
    told = ("answered in time", "over before an answer was due", "not in time")
    assert [listed.count(each) for each in told] == [1, 1, 1]


def write_offer(case: CaseFile, answer: str) -> None:
    """The offer of a case, and what came next, if anything. As the loader."""
    said = {"case": case, "user_id": 1, "actor_name": "Del Rivers", "at": AT}
    Transition.objects.create(step="offer", from_state="counseling", to_state="offered", **said)
    if answer:
        Transition.objects.create(step=answer, from_state="offered", to_state="x", **said)


def answers_at(school: str) -> str:
    return f"/adherence/schools/{Organization.objects.get(source_key=school).uuid}/"


def test_the_lead_narrows_to_a_network_and_a_chief_sees_the_own_schools(
    world: World, browse: Browse
) -> None:
    asked = ("Adair", "Calloway", "Escobar")
    schools = {name: str(world.students[name].school) for name in asked}
    with as_role("loader"):
        rows = CaseFile.objects.filter(student__family_name__in=asked)
        rows.update(closed_at=AT, due_at=None)
        for name in asked:
            owe(world.students[name])
    first, second = {schools["Adair"], schools["Calloway"]}, {schools["Escobar"]}
    pages = {
        key: words_of(browse("lead"), f"/adherence/?network={network_at(key).uuid}")
        for key in ("N1", "N2")
    } | {who: words_of(browse(who), "/adherence/") for who in ("chief_0", "chief_1")}
    named = {key: {name for name in schools.values() if name in pages[key]} for key in pages}
    assert named == {"N1": first, "N2": second, "chief_0": first, "chief_1": second}
    assert "Dana Okafor" not in pages["chief_0"]


def network_at(key: str) -> Organization:
    return Organization.objects.get(source_key=key)


def test_the_answers_of_schools_are_taken_away_as_far_as_one_sees_them(
    world: World, actor: Find
) -> None:
    asked = ("Adair", "Escobar")
    with as_role("loader"):
        rows = CaseFile.objects.filter(student__family_name__in=asked)
        rows.update(closed_at=AT, due_at=None)
        for name in asked:
            owe(world.students[name])
    one, other = "Harbor Point High School,0,1,0,0,0,0,2", "Lantern Hill High School,0,1,0,0,0,0,2"
    taken = {who: taken_away(actor(who), "answers")[1:] for who in ("lead", "chief_0", "chief_1")}
    assert taken == {"lead": [one, other], "chief_0": [one], "chief_1": [other]}
    narrowed = {"network": str(network_at("N2").uuid)}
    assert taken_away(actor("lead"), "answers", **narrowed)[1:] == [other]


def taken_away(who: Actor, kind: str, **narrowed: str) -> list[str]:
    """The lines of a list that was asked for and written."""
    with acting(who):
        written = write_list(who, export=request_export(who, kind=kind, filter=narrowed).pk)
    assert written is not None
    assert written.content is not None
    return bytes(written.content).decode("utf-8-sig").splitlines()


def test_schools_are_paged_on_the_server_and_asked_for_at_once(
    world: World, browse: Browse
) -> None:
    client, counts = browse("lead"), []
    case = transfer_of(world, "Adair")
    for numbers in (range(3), range(3, 60)):
        with as_role("loader"):
            for number in numbers:
                offer_at_new_school(case, number)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/adherence/").content.decode()
        counts.append((len(asked), page.count("asked=offer")))
    assert counts == [(counts[0][0], 3), (counts[0][0], 50)]
    assert "Pier 059 none to judge 1 of 1 Previous page 2 of 2" in words_of(
        client, "/adherence/?page=2"
    )


def offer_at_new_school(case: CaseFile, number: int) -> None:
    """A seat of a school of its own, offered and declined in time. As the loader."""
    at = AT - timedelta(hours=100 - number)
    line, school = a_line("S901")
    school.pk, school.uuid, school.source_key = None, uuid4(), f"P{number}"
    school.name = f"Pier {number:03}"
    school.save()
    program = OptionsProgram.objects.create(school=school, name="Evenings")
    line.pk, line.uuid, line.program = None, uuid4(), program
    line.save()
    SeatHold.objects.create(
        line=line, case=case, student_id=case.student_id or 0, held_at=at, until_at=at + DAY,
        ended_at=at + timedelta(minutes=1), ended_because="declined",
    )  # fmt: skip
    for step, to in (("offer", "offered"), ("lapse_offer", "counseling")):
        Transition.objects.create(
            case=case, step=step, from_state="x", to_state=to, at=at, user_id=1,
            actor_name="Del Rivers",
        )  # fmt: skip


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
    rows = {key: taken_away(actor(key), "adherence", days="30") for key in ("lead", "okafor")}
    assert rows["okafor"] == [
        "Who,Steps,In time,In order,Waiting though late,Rule version", "Dana Okafor,11,8,9,1,2",
    ]  # fmt: skip
    assert (
        len(rows["lead"])
        == 1 + Person.objects.filter(assignments__position__role="transition_specialist").count()
    )
