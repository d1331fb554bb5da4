"""A handover: two signatures and one row, told to the SIS once, and answered by the roster."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.comparing import compare_handovers
from bascule.mobility.actions.outgoing import deliver_files, make_handover_file
from bascule.mobility.models import (
    Handover,
    HandoverFile,
    OptionsProgram,
    RosterAnswer,
    SeatHold,
    SeatLine,
)
from bascule.mobility.queries import under_way
from bascule.roster.actions.reach import grant_reaches
from bascule.roster.models import EnrollmentClaim, Reach, Student
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]
AsPerson = Callable[[str], AbstractContextManager[None]]
ActorOf = Callable[[str], Actor]

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
RECEIVING = {"first_day": "2026-11-23", "entry_code": "04"}
SENDING = {"last_day": "2026-11-20", "exit_code": "02"}
NIGHT = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def without_those_of_the_world(world: World, as_loader: AsLoader) -> None:
    """The two handovers of the world are taken back: each test begins with none."""
    with as_loader():
        Handover.objects.update(taken_back_at=AT)
        HandoverFile.objects.update(delivered_at=AT)


def standing() -> QuerySet[Handover]:
    """The handovers that count."""
    return Handover.objects.filter(taken_back_at=None).select_related("student")


@pytest.fixture
def line(world: World, as_loader: AsLoader) -> SeatLine:
    """Seats of the one Options school."""
    with as_loader():
        school = Organization.objects.get(source_key="S901")
        program = OptionsProgram.objects.create(school=school, name="Half day")
        return SeatLine.objects.create(
            program=program, lowest_grade="09", highest_grade="12", window="Quarter 2",
            starts_on=date(2026, 11, 2), ends_on=date(2027, 1, 22),
        )  # fmt: skip


def at_intake(student: Student, line: SeatLine) -> CaseFile:
    """A transfer whose seat is accepted and whose intake is to come. As the loader."""
    [case] = open_cases(
        BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
    )
    CaseFile.objects.filter(pk=case.pk).update(state="intake")
    SeatHold.objects.create(
        line=line, case=case, student=student, held_at=AT, accepted_at=AT, until_at=None
    )
    school = line.program.school
    grant_reaches(BUILDER, reaches=[
        Reach(student=student, organization=school, ground="options_transfer", because="test seat",
              starts_at=AT - timedelta(hours=1)),
    ])  # fmt: skip
    return case


@pytest.fixture
def case(world: World, line: SeatLine, as_loader: AsLoader) -> CaseFile:
    with as_loader():
        return at_intake(world.students["Adair"], line)


@pytest.fixture
def take(as_person: AsPerson, actor: ActorOf) -> Callable[..., CaseFile]:
    """`take("clerk_0", case, "release", last_day=...)`: a step as a member of the cast."""

    def taken(who: str, case: CaseFile, step: str, **said: str) -> CaseFile:
        with as_person(who):
            return take_step(actor(who), case=case, step=step, answers=said)

    return taken


Take = Callable[..., CaseFile]


@pytest.fixture
def received(case: CaseFile, take: Take) -> CaseFile:
    """The receiving school has signed."""
    return take("intake", case, "finish_intake", **RECEIVING)


def test_the_second_signature_makes_one_row_of_both_halves_and_leaves_the_roster_alone(
    received: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    with as_loader():
        assert not standing().exists()
        before = list(EnrollmentClaim.objects.order_by("pk").values())
    assert take("clerk_0", received, "release", **SENDING).state == "enrolled"
    with as_loader():
        made = standing().get()
        assert (made.case, made.student) == (received, received.student)
        assert (made.from_school.source_key, made.to_school.source_key) == ("S101", "S901")
        assert (made.last_day_on, made.first_day_on) == (FRIDAY, MONDAY)
        assert (made.exit_code, made.entry_code) == ("02", "04")
        assert (made.received_name, made.released_name) == ("Del Rivers", "Bea Nowak")
        assert (made.gap_because, made.forced_because, made.file_id) == ("", "", None)
        assert list(EnrollmentClaim.objects.order_by("pk").values()) == before


def test_nobody_but_the_sending_school_releases_and_the_row_is_not_there(
    received: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    for stranger in ("okafor", "counselor_0", "intake", "lead"):
        with pytest.raises(NotPermitted):
            take(stranger, received, "release", **SENDING)
    with pytest.raises(CaseFile.DoesNotExist):
        take("clerk_1", received, "release", **SENDING)  # another school does not even see it
    with as_loader():
        assert not standing().exists()


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({"last_day": "2026-11-23"}, "days-overlap", "Nov. 23, 2026"),
        ({"last_day": "2026-08-21"}, "left-before-coming", "Aug. 24, 2026"),
        ({"last_day": "2026-11-17"}, "enrolled-nowhere", "enrolled nowhere for 3 school days"),
        ({"last_day": "2026-11-19"}, "enrolled-nowhere", "enrolled nowhere for 1 school day."),
    ],
)
def test_halves_that_do_not_meet_are_refused_with_what_is_between_them(
    received: CaseFile, take: Take, as_loader: AsLoader, said: dict[str, str], code: str, words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        take("clerk_0", received, "release", **SENDING | said)
    assert (refused.value.code, words in refused.value.reason) == (code, True), refused.value.reason
    with as_loader():
        assert CaseFile.objects.get(pk=received.pk).state == "release_requested"
        assert not standing().exists()


def test_a_gap_for_a_reason_is_let_through_and_the_reason_stays(
    received: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    why = "The family moved on Thursday and Friday"
    take("clerk_0", received, "release", **SENDING | {"last_day": "2026-11-18"}, gap_because=why)
    with as_loader():
        assert standing().get().gap_because == why


def test_without_the_receiving_signature_nothing_is_released(
    case: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=case.pk).update(state="release_requested")
    with pytest.raises(Refusal, match="has not signed"):
        take("clerk_0", case, "release", **SENDING)


def test_what_the_lead_signs_in_the_schools_stead_says_why(
    received: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    take("clerk_0", received, "refuse_release", why="Laptop not returned")
    take("lead", received, "force_release", why="No lawful ground", **SENDING)
    with as_loader():
        made = standing().get()
    assert (made.forced_because, made.released_name) == ("No lawful ground", "Marisol Vega")


def test_nobody_is_present_before_the_first_day(
    received: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    take("clerk_0", received, "release", **SENDING)
    with pytest.raises(Refusal, match=r"The first day is Nov\. 23, 2026"):
        take("intake", received, "confirm_first_day")
    with holding_clock(datetime(2026, 11, 23, 15, tzinfo=UTC)):
        assert take("intake", received, "confirm_first_day").state == "records"


@pytest.fixture
def released(received: CaseFile, take: Take, as_loader: AsLoader) -> Handover:
    """Both have signed."""
    take("clerk_0", received, "release", **SENDING)
    with as_loader():
        return standing().get()


def told(folder: Path, at: datetime = NIGHT) -> HandoverFile:
    """The SIS is told. As the loader."""
    assert make_handover_file(NIGHTLY, at=at) > 0
    assert deliver_files(NIGHTLY, folder=folder, at=at) == 1
    return HandoverFile.objects.order_by("-id")[0]


def test_the_sis_is_told_of_both_halves_in_one_file_and_once(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        made = told(tmp_path)
        assert make_handover_file(NIGHTLY, at=NIGHT) == 0
        assert deliver_files(NIGHTLY, folder=tmp_path, at=NIGHT) == 0
    number = released.student.source_key
    assert made.name == "handovers-2026-11-21-001.csv"
    assert (tmp_path / made.name).read_text() == (
        "student_id,school_id,event,date,code,reason,grade\n"
        f"{number},S101,W,2026-11-20,02,handover,09\n"
        f"{number},S901,E,2026-11-23,04,handover,09\n"
    )
    assert [each.name for each in tmp_path.iterdir()] == [made.name]


def test_a_run_that_was_cut_off_before_the_file_lay_there_lays_the_same_bytes_down(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        assert make_handover_file(NIGHTLY, at=NIGHT) == 1  # and then the machine went away
        made = HandoverFile.objects.get(delivered_at=None)
        tomorrow = NIGHT + timedelta(days=1)
        assert make_handover_file(NIGHTLY, at=tomorrow) == 0
        assert deliver_files(NIGHTLY, folder=tmp_path, at=tomorrow) == 1
    assert (tmp_path / made.name).read_bytes() == bytes(made.content)


def test_what_was_taken_back_is_not_told(
    released: Handover, take: Take, as_loader: AsLoader
) -> None:
    monday = datetime(2026, 11, 23, 15, tzinfo=UTC)
    with holding_clock(monday):
        take("okafor", released.case, "confirm_first_day")
        take("okafor", released.case, "close_returned", why="Back the same day")
    with as_loader():
        assert make_handover_file(NIGHTLY, at=monday) == 0


def test_the_next_move_waits_until_the_first_is_settled_and_the_immediate_lane_does_not(
    released: Handover, take: Take, line: SeatLine, as_loader: AsLoader, tmp_path: Path
) -> None:
    """Nobody is claimed by two schools: one move at a time, and the last one enrolled counts."""
    with as_loader():
        CaseFile.objects.filter(pk=released.case_id).update(closed_at=AT, due_at=None)
        SeatHold.objects.filter(case=released.case_id).update(ended_at=AT, ended_because="returned")
        second = at_intake(released.student, line)
        [lane] = open_cases(
            BUILDER, workflow="immediate_enrollment",
            openings=[Opening(released.student, "Today.")], at=AT,
        )  # fmt: skip
        other = Organization.objects.get(source_key="S203")
    second = take("intake", second, "finish_intake", **RECEIVING)
    with pytest.raises(Refusal, match=r"on the way to .+ already, from Nov\. 23, 2026") as refused:
        take("clerk_0", second, "release", **SENDING)
    assert refused.value.code == "already-moving"
    take("okafor", lane, "enroll", school=str(other.uuid), first_day="2026-11-23")
    with as_loader():
        assert [(each.case_id, each.to_school_id) for each in standing()] == [(lane.pk, other.pk)]
        told(tmp_path)
        show_in_roster(standing().get())
        compare_handovers(NIGHTLY, at=NIGHT)
        assert not under_way(released.student_id).exists()
    assert take("clerk_0", second, "release", **SENDING).state == "enrolled"


def test_a_move_that_the_sis_rightly_denies_is_in_nobodys_way(
    released: Handover, take: Take, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        told(tmp_path)
        show_in_roster(released, last_day=date(2026, 11, 18))
        compare_handovers(NIGHTLY, at=NIGHT)
        case = CaseFile.objects.get(workflow="sis_disagrees")
        assert under_way(released.student_id).get() == released
    take("lead", case, "accept_sis", why="Absent since Wednesday")
    with as_loader():
        assert not under_way(released.student_id).exists()


def answers() -> list[tuple[str, list[tuple[str, str, str]]]]:
    given = RosterAnswer.objects.filter(handover__in=standing()).order_by("id")
    return [
        (each.kind, [tuple(row.values()) for row in each.differences])  # type: ignore[misc]
        for each in given
    ]


def test_our_own_file_read_back_as_a_feed_confirms_the_handover(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        made = told(tmp_path)
        (tmp_path / f"{made.name}.mapping.toml").write_text('mode = "delta"\n')
        monday = NIGHT + timedelta(days=3)
        report = load_package(NIGHTLY, path=tmp_path / made.name, at=monday)
        assert report.verdict != "reject"
        assert compare_handovers(NIGHTLY, at=monday)["confirmed"] == 1
        assert answers() == [("confirmed", [])]
        student = Student.objects.get(pk=released.student_id)
        assert (student.school_id, student.entered_on) == (released.to_school_id, MONDAY)


def test_silence_is_waited_for_and_then_a_case_until_the_roster_agrees(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        told(tmp_path)
        tuesday = datetime(2026, 11, 24, 11, tzinfo=UTC)
        assert compare_handovers(NIGHTLY, at=tuesday) == {
            "waiting": 1, "cases cleared": 0, "cases opened": 0,
        }  # fmt: skip
        thursday = tuesday + timedelta(days=2)
        assert compare_handovers(NIGHTLY, at=thursday)["cases opened"] == 1
        missed = ("missed", [("last_day", "2026-11-20", ""), ("first_day", "2026-11-23", "")])
        assert answers() == [missed]
        assert compare_handovers(NIGHTLY, at=thursday + timedelta(days=1))["cases opened"] == 0
        assert answers() == [missed]  # what reads as before is not kept again
        case = CaseFile.objects.get(workflow="sis_disagrees")
        assert case.reason == (
            "The SIS does not show the move from Harbor Point High School to "
            "Second Bridge Options High School on Nov 23, 2026."
        )
        assert case.owner.role == "transition_specialist"
        show_in_roster(released)
        friday = thursday + timedelta(days=1)
        assert compare_handovers(NIGHTLY, at=friday)["cases cleared"] == 1
        case.refresh_from_db()
        assert (case.state, answers()) == ("agreed", [missed, ("confirmed", [])])


def show_in_roster(each: Handover, last_day: date = FRIDAY) -> None:
    """Both halves, as a feed would report them."""
    claims = EnrollmentClaim.objects.filter(student=each.student, known_until=None)
    claims.update(ends_on=last_day, exit_code="02")
    EnrollmentClaim.objects.create(
        student=each.student, school=each.to_school, starts_on=MONDAY, entry_code="04",
        source="sis", source_key=f"{each.pk}|S901|{MONDAY}", known_from=AT,
    )  # fmt: skip


def test_what_the_sis_says_otherwise_is_a_case_the_same_night(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        told(tmp_path)
        show_in_roster(released, last_day=date(2026, 11, 18))
        counts = compare_handovers(NIGHTLY, at=NIGHT)
        assert (counts["contradicted"], counts["cases opened"]) == (1, 1)
        case = CaseFile.objects.get(workflow="sis_disagrees")
        assert case.particulars["differences"] == [
            {"what": "last_day", "we_say": "2026-11-20", "sis_says": "2026-11-18"}
        ]


def test_of_a_restricted_move_no_case_is_opened_that_others_would_see(
    released: Handover, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        CaseFile.objects.filter(pk=released.case_id).update(tier=CaseFile.Tier.RESTRICTED)
        told(tmp_path)
        show_in_roster(released, last_day=date(2026, 11, 18))
        counts = compare_handovers(NIGHTLY, at=NIGHT)
        assert (counts["contradicted"], counts["cases opened"]) == (1, 0)
        assert not CaseFile.objects.filter(workflow="sis_disagrees").exists()


def test_what_somebody_found_the_sis_right_about_is_not_asked_again_until_it_says_something_else(
    released: Handover, take: Take, as_loader: AsLoader, tmp_path: Path
) -> None:
    with as_loader():
        told(tmp_path)
        show_in_roster(released, last_day=date(2026, 11, 18))
        compare_handovers(NIGHTLY, at=NIGHT)
        case = CaseFile.objects.get(workflow="sis_disagrees")
    take("lead", case, "accept_sis", why="Absent since Wednesday")
    with as_loader():
        assert compare_handovers(NIGHTLY, at=NIGHT + timedelta(days=1))["cases opened"] == 0
        EnrollmentClaim.objects.filter(student=released.student, exit_code="02").update(
            ends_on=date(2026, 11, 17)
        )
        assert compare_handovers(NIGHTLY, at=NIGHT + timedelta(days=2))["cases opened"] == 1


def test_comparing_asks_as_often_for_two_as_for_seven(
    world: World, line: SeatLine, as_loader: AsLoader, tmp_path: Path
) -> None:
    asked = []
    with as_loader():
        for families in (("Adair", "Deng"), ("Escobar", "Huang", "Jansen", "Kowal", "Ibarra")):
            for family in families:
                sign_both(at_intake(world.students[family], line), line)
            told(tmp_path)
            with CaptureQueriesContext(connection) as queries:
                compare_handovers(NIGHTLY, at=NIGHT)
            asked.append(len(queries))
    assert asked[0] == asked[1]


def sign_both(case: CaseFile, line: SeatLine) -> Handover:
    """A handover as if both had signed. As the loader."""
    assert case.student is not None
    assert case.student.school is not None
    to_school = line.program.school
    if case.student.school == to_school:
        to_school = Organization.objects.get(source_key="S101")
    return Handover.objects.create(
        case=case, student=case.student, from_school=case.student.school, to_school=to_school,
        last_day_on=FRIDAY, first_day_on=MONDAY, exit_code="02", entry_code="04",
        received_by=1, received_name="Del Rivers", received_at=AT,
        released_by=2, released_name="Bea Nowak", released_at=AT,
    )  # fmt: skip
