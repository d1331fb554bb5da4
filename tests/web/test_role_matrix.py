"""Every address x method x role, each id also set to a row that the role may not see.

(a) what is not in sight is refused; (b) non-interference: status, headers and body are the same
whether or not the hidden rows exist at all.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.mobility.models import RestrictedPart
from bascule.roster.models import Student
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, BUILDER, EXPORTING, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]

# Every address with an id, and the ids of the world that it takes.
ABOUT_STUDENTS = {
    "student": "/students/{}/",
    "student-readers": "/students/{}/readers/",
    "student-consent": "/students/{}/consents/",
    "student-case": "/students/{}/cases/",
    "transition-note": "/students/{}/transition-note/",
}
POSTED_ABOUT_CASES = {
    "case-family": "/cases/{}/family/",
    "case-step": "/cases/{}/steps/take_up/",
    "case-note": "/cases/{}/notes/",
    "case-aside": "/cases/{}/aside/",
    "case-up": "/cases/{}/up/",
    "case-undo": "/cases/{}/undo/",
    "case-here": "/cases/{}/here/",
}
LISTS = ("/", "/students/", "/students/?q=sam", "/students/?q=8000", "/cases/",
         "/cases/?workflow=reengagement", "/cases/?late=1&network=none",
         "/cases/?desk=schools&state=found", "/nights/", "/tickets/", "/jump/?q=sam",
         "/jump/?q=8000")  # fmt: skip
MEASURING = {"lead", "okafor", "wren", "brooks", "chief_0", "chief_1", "principal_0", "steward",
             "auditor"}  # fmt: skip
ELEVATING = {"okafor", "wren", "brooks", "chief_0", "chief_1", "principal_0", "counselor_0",
             "intake"}  # fmt: skip
CALLING = {"lead", "okafor", "wren", "brooks", "desk", "principal_0", "counselor_0", "clerk_0",
           "clerk_1"}  # fmt: skip
HANDING_OVER = {"lead", "okafor", "wren", "brooks", "desk", "principal_0", "clerk_0", "clerk_1",
                "intake", "steward"}  # fmt: skip
WORKING = {"lead", "okafor", "wren", "brooks", "desk", "intake", "liaison"}
SEEING_CERTIFIED = {"lead", "chief_0", "chief_1", "principal_0", "counselor_0", "clerk_0",
                    "clerk_1", "intake"}  # fmt: skip
NEED_A_PERMISSION = {
    "/calls/": CALLING,
    "/outreach/": CALLING,
    "/outreach/?reach=low&finish=unknown": CALLING,
    "/exports/": set(EXPORTING),
    "/elevations/": ELEVATING | {"steward"},
    "/feeds/": {"lead", "steward"},
    "/handovers/": HANDING_OVER,
    "/handovers/?show=told": HANDING_OVER,
    "/handovers/?show=otherwise": HANDING_OVER,
    "/measures/": MEASURING,
    "/outreach/slice/": {"lead"},
    "/outreach/steps/": MEASURING,
    "/outreach/steps/?by=el": MEASURING,
    "/trends/": MEASURING,
    "/trends/comment/": {"lead"},
    "/measures/?measure=mobility&profile=co&unit=school": MEASURING,
    "/adherence/": HANDING_OVER | {"chief_0", "chief_1"},
    "/arrivals/": {"intake", "principal_0"},
    "/cover/": WORKING,
    "/rounds/": {"lead", "okafor", "wren", "brooks"},
    "/board/": {"lead", "desk"},
    "/board/between/": {"lead", "desk"},
    "/board/denials/": {"lead", "desk"},
    "/certified/": SEEING_CERTIFIED,
    "/certified/?show=short": SEEING_CERTIFIED,
    "/look-alikes/": {"steward"},
    "/look-alikes/?show=judged": {"steward"},
}
WITHOUT_IDS = {"today", "students", "cases", "last-night", "feeds", "measures", "exports",
               "elevations", "trends", "look-alikes", "arrivals", "calls", "tickets", "outreach",
               "outreach-funnel", "outreach-slice",
               "handovers", "cover", "board", "days-between", "denials", "certified", "jump",
               "contact"}  # fmt: skip
# web/test_seats.py, web/test_programs.py, web/test_arrivals.py
ADHERENCE = {"adherence", "adherence-steps", "adherence-answers"}  # web/test_adherence.py
GAPS = {"gaps", "gap"}  # web/test_gaps.py
PROCEDURES = {"procedures", "procedure", "procedure-scenarios"}  # web/test_procedures.py
MAILS = {"mail-choices", "calendar", "calendar-feed"}  # web/test_mails.py, web/test_calendars.py
TOGETHER = {"together", "together-done"}  # web/test_together.py
VIEWS = {"view-save", "view-remove", "draft-keep"}  # web/test_saved_views.py, web/test_drafts.py
PACKS = {"pack", "pack-file", "pack-comment"}  # web/test_packs.py
PLANS = {"plans", "plan"}  # web/test_contingency.py
COVER = {"hand-back", "change-absence", "change-backup"}  # web/test_cover.py
SEATS = {"seats", "seat-line", "programs", "arrival-answer"}
ROUNDS = {"rounds", "round", "round-verb"}  # web/test_rounds.py
WITH_NOTICES = {"notices-seen"}
WITH_EXPORTS = {"export-file"}
OWN_FACTORS = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "passkey-creation",
               "factor-remove"}  # fmt: skip # test_second_factors.py
# web/test_family.py: who is no family sees nothing there, and staff gives the page from the case
FAMILY = {"family-door", "family", "family-answer", "family-language", "family-close",
          "case-family", "case-family-end", "family-demo"}  # fmt: skip
PUBLIC = {"sign-in", "account_login", "sign-in-as", "sign-out", "health", "mfa_authenticate",
          "mfa_login_webauthn", "passkey-challenge", "openid_connect_login",
          "openid_connect_callback", "language"}  # fmt: skip


Answer = tuple[int, dict[str, str], str]
Page = Callable[[str, str], Answer]


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str], Answer]:
    """What was answered already: the world that each test begins with is the same."""
    return {}


@pytest.fixture
def page(world: World, browse: Browse, answers: dict[tuple[str, str], Answer]) -> Page:
    """`page("okafor", "/cases/")`: what a member sees there in the world as it was built."""
    clients: dict[str, Client] = {}

    def asked(who: str, address: str) -> Answer:
        if (who, address) not in answers:
            client = clients[who] = clients.get(who) or browse(who)
            answers[who, address] = normalized(client.get(address))
        return answers[who, address]

    return asked


def visible(key: str) -> tuple[set[object], set[object]]:
    with acting(actor_of(User.objects.get(username=key))):
        students = set(Student.objects.values_list("uuid", flat=True))
        return students, set(CaseFile.objects.values_list("uuid", flat=True))


def test_every_address_is_in_this_test() -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns}
    told = set(ABOUT_STUDENTS) | {"case"} | set(POSTED_ABOUT_CASES) | WITHOUT_IDS | PUBLIC
    told |= {"feed-run", "feed-order", "switchboard", "unit-trends", "figure"}
    told |= SEATS | PLANS | VIEWS | TOGETHER | MAILS | GAPS | ADHERENCE | COVER | ROUNDS | FAMILY
    told |= PROCEDURES
    told |= (
        PACKS | WITH_NOTICES | WITH_EXPORTS | OWN_FACTORS | {"look-alike"}
    )  # test_look_alikes.py
    assert names == told


@pytest.mark.parametrize("who", MEMBERS)
def test_every_row_out_of_sight_is_refused_and_every_row_in_sight_is_shown(
    world: World, browse: Browse, page: Page, who: str
) -> None:
    students, cases = visible(who)
    shown = {s.uuid for s in world.students.values()
             if page(who, f"/students/{s.uuid}/")[0] == 200}  # fmt: skip
    assert shown == students
    opened = {c.uuid for c in world.cases.values()
              if page(who, f"/cases/{c.uuid}/")[0] == 200}  # fmt: skip
    assert opened == cases
    client = browse(who)
    for case in world.cases.values():
        if case.uuid not in cases:
            for name, address in POSTED_ABOUT_CASES.items():
                answer = client.post(address.format(case.uuid), {"text": "x"})
                assert (name, answer.status_code) == (name, 404)


@pytest.mark.parametrize("who", MEMBERS)
def test_only_a_role_with_the_permission_opens_the_feeds(page: Page, who: str) -> None:
    for address, allowed in NEED_A_PERMISSION.items():
        assert page(who, address)[0] == (200 if who in allowed else 404)


@pytest.mark.parametrize("who", MEMBERS)
def test_a_file_is_handed_to_who_asked_for_it_and_to_nobody_else(
    world: World, browse: Browse, who: str
) -> None:
    client, missing = browse(who), f"/exports/{uuid4()}/file/"
    for owner, export in world.exports.items():
        answer = client.get(f"/exports/{export.pk}/file/")
        assert (owner, answer.status_code) == (owner, 200 if owner == who else 404)
        if owner != who:
            assert normalized(answer) == normalized(client.get(missing))


@pytest.mark.parametrize("who", MEMBERS)
def test_nothing_shows_whether_hidden_rows_exist(
    world: World, browse: Browse, page: Page, who: str
) -> None:
    students, cases = visible(who)
    hidden_student = next((s for s in world.students.values() if s.uuid not in students), None)
    hidden_case = next((c for c in world.cases.values() if c.uuid not in cases), None)
    addresses = [*LISTS, *NEED_A_PERMISSION]
    addresses += [f"/students/{hidden_student.uuid}/"] if hidden_student else []
    addresses += [f"/cases/{hidden_case.uuid}/"] if hidden_case else []
    addresses += [f"/students/{uuid}/" for uuid in students]
    addresses += [f"/students/{uuid}/readers/" for uuid in list(students)[:1]]
    addresses += [f"/students/{uuid}/transition-note/" for uuid in students]
    before = {address: page(who, address) for address in addresses}
    remove_hidden(students, cases, parts_seen_by(who))
    client = browse(who)
    after = {address: normalized(client.get(address)) for address in addresses}
    assert before == after


def parts_seen_by(key: str) -> list[int]:
    with acting(actor_of(User.objects.get(username=key))):
        return list(RestrictedPart.objects.values_list("note_id", flat=True))


def remove_hidden(students: set[object], cases: set[object], parts: list[int]) -> None:
    """Take away, for good, every row that the person could not see."""
    kept_students = [str(uuid) for uuid in students]
    kept_cases = [str(uuid) for uuid in cases]
    hidden_case = "(select id from cases_casefile where not uuid = any (%s::uuid[]))"
    hidden = "(select id from roster_student where not uuid = any (%s::uuid[]))"
    with as_role("loader"), connection.cursor() as cursor:
        cursor.execute("set role postgres")
        of_hidden = f"(select id from mobility_handover where case_id in {hidden_case})"
        cursor.execute(
            f"delete from mobility_rosteranswer where handover_id in {of_hidden}", [kept_cases]
        )
        tables_of_cases = (
            "mobility_familyanswer",
            "mobility_familylink",
            "mobility_outreachbands",
            "cases_transition",
            "cases_note",
            "cases_presence",
            "cases_notice",
            "mobility_handover",
            "mobility_seathold",
            "mobility_roundresult",
        )
        for table in tables_of_cases:
            cursor.execute(f"delete from {table} where case_id in {hidden_case}", [kept_cases])
        cursor.execute(f"delete from cases_casefile where id in {hidden_case}", [kept_cases])
        tables = (
            "mobility_flag",
            "mobility_transitionnote",
            "roster_stint",
            "roster_enrollmentclaim",
            "roster_reach",
            "roster_consent",
            "roster_guardianship",
            "roster_demographics",
            "roster_sectionenrollment",
            "roster_schoolrole",
            "roster_attendanceevent",
            "roster_mark",
            "roster_programspell",
        )
        cursor.execute(
            "delete from mobility_restrictedpart where not note_id = any (%s::bigint[])", [parts]
        )
        both = [kept_students, kept_students]
        pairs = f"from roster_lookalike where first_id in {hidden} or second_id in {hidden}"
        either = f"student_id in {hidden} or keeper_id in {hidden}"
        cursor.execute(f"delete from roster_alias where {either}", both)
        cursor.execute(f"delete from roster_judgment where pair_id in (select id {pairs})", both)
        cursor.execute(f"delete {pairs}", both)
        for table in tables:
            cursor.execute(f"delete from {table} where student_id in {hidden}", [kept_students])
        cursor.execute(f"delete from roster_student where id in {hidden}", [kept_students])


def test_a_hidden_figure_is_open_only_to_who_has_the_unit_in_remit(
    world: World, browse: Browse
) -> None:
    address = "/measures/?measure=mobility&profile=co&unit=school&year=2027"
    shown = {who: browse(who).get(address).content.decode().count(">50.0<") for who in MEASURING}
    assert shown == {
        "lead": 6, "steward": 6, "auditor": 6, "okafor": 2, "wren": 3, "brooks": 1,
        "chief_0": 2, "chief_1": 3, "principal_0": 1,
    }  # fmt: skip


def test_who_flips_is_shown_only_to_who_may_see_the_student(world: World, browse: Browse) -> None:
    school = Organization.objects.get(source_key="S201")
    address = f"/measures/schools/{school.uuid}/?year=2027"
    for who in MEASURING:
        page = browse(who).get(address)
        assert page.status_code == 200
        may = who in {"lead", "steward", "auditor", "wren", "chief_1"}
        assert ("50.0" in page.content.decode()) is may


def test_nobody_signed_in_sees_only_the_way_in(world: World, client: Client) -> None:
    for address in LISTS:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"][:9]) == (302, "/sign-in/")


def test_an_account_whose_assignment_ended_sees_only_the_way_in(
    world: World, browse: Browse, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    from bascule.directory.models import Assignment

    client = browse("clerk_0")
    assert client.get("/").status_code == 200
    with as_loader():
        held = Assignment.objects.filter(person__source_key="clerk_0")
        held.update(ends_on=AT.date().replace(day=1))
    assert client.get("/").status_code == 302


def test_a_reading_request_cannot_write() -> None:
    from bascule.web.middleware import refuse_writes

    for statement in ("insert into x values (1)", "UPDATE x SET y = 1", "delete from x"):
        with pytest.raises(RuntimeError, match="tried to write"):
            refuse_writes(lambda *_: None, statement, None, False, {})


def test_pages_with_students_are_recorded_with_their_ground(world: World, browse: Browse) -> None:
    from bascule.access.models import Disclosure

    browse("clerk_0").get(f"/students/{world.students['Adair'].uuid}/")
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        rows = Disclosure.objects.using("ledger")
        kept = list(rows.values_list("page", "ground", "count", "students"))
        cursor.execute("set role bascule_ledger")
    assert kept == [("student", "school", 1, [str(world.students["Adair"].uuid)])]


@pytest.mark.parametrize("address", ["/", "/students/", "/cases/", "/students/?q=sam"])
def test_a_list_asks_as_often_for_300_rows_as_for_3(
    world: World,
    browse: Browse,
    as_loader: Callable[[], AbstractContextManager[None]],
    address: str,
) -> None:
    client = browse("okafor")
    with as_loader():
        more_students(3 - 2)
    at_three = queries_of(client, address)
    with as_loader():
        more_students(300 - 3)
    assert queries_of(client, address) == at_three


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def more_students(count: int, workflow: str = "reengagement") -> None:
    """Add students with a case each to a school of Network 1."""
    school = Organization.objects.get(source_key="S101")
    students = Student.objects.bulk_create(
        Student(number=str(uuid4()), family_name="Ines", given_name="Sam", sort_name="ines sam",
                source="sis", source_key=str(uuid4()), school=school)
        for _ in range(count)
    )  # fmt: skip
    openings = [Opening(student, "Needs help.") for student in students]
    open_cases(BUILDER, workflow=workflow, openings=openings, at=AT)
