"""The immediate lane: enrolled today whatever is missing, and nothing says why it was needed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bascule.access.acting import acting
from bascule.cases.actions import Opening, add_note, open_case, open_cases, report_case, take_step
from bascule.cases.models import CaseFile
from bascule.cases.registry import workflow_of
from bascule.directory.models import Organization
from bascule.kernel.actor import OFFICE, Actor
from bascule.kernel.refusal import NotPermitted
from bascule.mobility.actions.at_once import schools_to_enroll_at
from bascule.mobility.models import Handover, SeatHold
from bascule.mobility.workflows.options_transfer import UNTIL_ENROLLED
from bascule.roster.models import Student
from tests.databases import as_role
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
ActorOf = Callable[[str], Actor]
AsLoader = Callable[[], AbstractContextManager[None]]
LANE = "immediate_enrollment"


def school(key: str) -> Organization:
    return Organization.objects.get(source_key=key)


def enrolled_at(
    actor: Actor, student: Student, key: str, first_day: str = "2026-11-23"
) -> CaseFile:
    """The student is enrolled at once at a school, by `actor`."""
    with acting(actor):
        case = open_case(actor, workflow=LANE, student=student, reason="Comes without papers.")
        said = {"school": str(school(key).uuid), "first_day": first_day}
        return take_step(actor, case=case, step="enroll", answers=said, at=AT)


def test_the_clock_ends_the_same_school_day(world: World, actor: ActorOf) -> None:
    okafor = actor("okafor")
    with acting(okafor):
        case = open_case(
            okafor, workflow=LANE, student=world.students["Adair"], reason="No papers.", at=AT
        )
    assert case.due_at is not None
    assert case.due_at.date() == AT.date()


def test_the_move_is_agreed_without_the_other_school_and_the_new_one_sees_the_student(
    world: World, actor: ActorOf
) -> None:
    student = world.students["Calloway"]
    with acting(actor("intake")):
        assert not Student.objects.filter(pk=student.pk).exists()
    case = enrolled_at(actor("okafor"), student, "S901")
    with as_role("loader"):
        made = Handover.objects.get(case=case)
    assert (made.from_school_id, made.to_school_id) == (student.school_id, school("S901").pk)
    assert (made.last_day_on, made.first_day_on) == (date(2026, 11, 20), date(2026, 11, 23))
    assert (case.state, made.received_by, made.released_by) == (
        "enrolled", actor("okafor").user_id, actor("okafor").user_id,
    )  # fmt: skip
    with acting(actor("intake")):
        assert CaseFile.objects.get(pk=case.pk).student == student


def test_a_student_who_had_left_is_handed_over_from_the_day_on_which_they_left(
    world: World, actor: ActorOf, as_loader: AsLoader
) -> None:
    student = world.students["Adair"]
    with as_loader():
        student.left_on, student.exit_code = date(2026, 10, 30), "33"
        student.save()
    case = enrolled_at(actor("okafor"), student, "S901")
    with as_role("loader"):
        made = Handover.objects.get(case=case)
    assert (made.last_day_on, made.exit_code, made.gap_because) == (
        date(2026, 10, 30), "33", "The student had left before.",
    )  # fmt: skip


@pytest.mark.parametrize("workflow", ["options_transfer", LANE])
def test_no_name_on_what_a_school_reads_says_that_the_student_is_homeless(
    world: World, actor: ActorOf, browse: Callable[[str], Client], workflow: str
) -> None:
    """Whoever is nothing but the liaison signs for an office; both lanes, history, note, bridge."""
    student, liaison = world.students["Adair"], actor("liaison")
    with acting(liaison):
        opened = open_case(liaison, workflow=workflow, student=student, reason="Today.", at=AT)
        add_note(liaison, case=opened, kind="call", text="They come tomorrow.", at=AT)
        if workflow != LANE:
            take_step(liaison, case=opened, step="enroll_at_once", at=AT)
    lane = enrolled_at(liaison, student, "S901")
    for case in (opened, lane):
        page = browse("clerk_0").get(reverse("case", args=[case.uuid])).content.decode()
        assert OFFICE in page
        assert "Mbeki" not in page
    assert "closed" in page.split('class="bridge ')[1][:10]


def test_who_holds_another_role_too_signs_by_name(actor: ActorOf) -> None:
    discreet, known = actor("liaison"), actor("okafor")
    assert discreet.signature(is_restricted=True) == discreet.name
    assert discreet.signature(is_restricted=False) == OFFICE
    assert known.signature(is_restricted=False) == known.name


def test_back_at_the_own_school_there_is_nothing_to_hand_over(world: World, actor: ActorOf) -> None:
    case = enrolled_at(actor("okafor"), world.students["Adair"], "S101")
    with as_role("loader"):
        assert not Handover.objects.filter(case=case).exists()
    clerk = actor("clerk_0")
    with acting(clerk):
        assert take_step(clerk, case=case, step="confirm_first_day").state == "records"


def test_the_last_school_is_the_first_choice_and_no_other_grade_is_offered(
    world: World, actor: ActorOf, as_loader: AsLoader
) -> None:
    """Adair is in grade 9; Juniper teaches up to grade 8, Cedar Crossing says nothing."""
    with as_loader():
        Organization.objects.filter(source_key="S102").update(grades="KG,01,08")
        Organization.objects.filter(source_key="S101").update(grades="KG")
    okafor = actor("okafor")
    with acting(okafor):
        case = open_case(okafor, workflow=LANE, student=world.students["Adair"], reason="Today.")
        names = [name for _, name in schools_to_enroll_at(okafor, case)]
    assert names == [
        "Harbor Point High School", "Cedar Crossing Elementary School", "Lantern Hill High School",
        "Millrace Charter High School", "Second Bridge Options High School",
    ]  # fmt: skip


@pytest.mark.parametrize("state", UNTIL_ENROLLED)
def test_no_state_of_a_transfer_blocks_the_lane(
    world: World, actor: ActorOf, as_loader: AsLoader, state: str
) -> None:
    """From each state the student is enrolled today, and the seat is free for somebody else."""
    student = world.students["Adair"]
    with as_loader():
        [transfer] = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        CaseFile.objects.filter(pk=transfer.pk).update(state=state)
        SeatHold.objects.filter(student=student, ended_at=None).update(case=transfer)
    okafor = actor("okafor")
    with acting(okafor):
        closed = take_step(okafor, case=transfer, step="enroll_at_once", at=AT)
        lane = CaseFile.objects.get(workflow=LANE, student=student)
    assert (closed.state, lane.state, lane.reason) == (
        "at_once", "today", "Is enrolled at once; what is missing follows."
    )  # fmt: skip
    with as_role("loader"):
        assert not SeatHold.objects.filter(student=student, ended_at=None).exists()


def test_every_state_before_enrollment_has_the_way_into_the_lane() -> None:
    """Also a state that somebody adds tomorrow: all from which one is not enrolled yet."""
    transfer = workflow_of("options_transfer")
    before = {transfer.start.key}
    while more := {
        step.to for step in transfer.steps
        if set(step.from_) & before and step.to != "enrolled" and not transfer.state(step.to).ends
    } - before:  # fmt: skip
        before |= more
    assert before == set(UNTIL_ENROLLED)


def test_who_comes_from_detention_is_enrolled_at_once_and_no_school_reads_from_where(
    world: World, actor: ActorOf, as_loader: AsLoader
) -> None:
    student, justice, clerk = world.students["Adair"], actor("justice"), actor("clerk_0")
    with acting(clerk):
        report_case(
            clerk, workflow="detention_return", student=student, reason="The mother called.", at=AT
        )
    with as_loader():
        case = CaseFile.objects.get(workflow="detention_return")
    assert (case.owner.source_key, case.tier) == ("justice", "restricted")
    with acting(justice):
        take_step(justice, case=case, step="keep_seat", at=AT, answers={
            "entered_on": "2026-11-16", "school": "Harbor Point", "seat": "neighborhood",
            "told": "The principal",
        })  # fmt: skip
        take_step(justice, case=case, step="release", answers={"released_on": "2026-11-20"}, at=AT)
    with acting(clerk):
        seen = CaseFile.objects.filter(student=student).exclude(workflow="reengagement")
        [lane] = [each for each in seen if each.workflow == LANE]
        assert {each.tier for each in seen} == {"student"}
        said = [lane.reason, str(lane.particulars),
                *(str(each.answers) for each in lane.transitions.all())]  # fmt: skip
    assert not any("etention" in each or "justice" in each.casefold() for each in said)


def test_whoever_reports_sees_nothing_of_it_not_even_that_it_was_open_already(
    world: World, actor: ActorOf, as_loader: AsLoader
) -> None:
    clerk, student = actor("clerk_0"), world.students["Adair"]
    for _ in range(2):
        with acting(clerk):
            report_case(clerk, workflow="iep_seat", student=student, reason="No teacher.", at=AT)
        with acting(clerk):
            assert not CaseFile.objects.filter(workflow="iep_seat").exists()
    with as_loader():
        assert CaseFile.objects.filter(workflow="iep_seat", student=student).count() == 1
    with acting(actor("iep")):
        [case] = CaseFile.objects.filter(tier="restricted")
        assert (case.workflow, case.reason) == ("iep_seat", "No teacher.")


def test_nobody_reports_about_a_student_out_of_sight(world: World, actor: ActorOf) -> None:
    clerk = actor("clerk_0")
    with acting(clerk), pytest.raises(NotPermitted):
        report_case(clerk, workflow="iep_seat", student=world.students["Deng"], reason="I want.")
    with as_role("loader"):
        assert not CaseFile.objects.filter(workflow="iep_seat").exists()


@pytest.mark.parametrize(
    ("who", "workflow"),
    [("justice", "detention_return"), ("iep", "iep_seat"), ("el", "el_program"),
     ("sel", "sel_check"), ("soar", "soar_workshop")],
)  # fmt: skip
def test_a_party_sees_the_students_of_the_own_cases_and_of_these_the_own_slice(
    world: World, actor: ActorOf, as_loader: AsLoader, who: str, workflow: str
) -> None:
    party = actor(who)
    with acting(party):
        assert not Student.objects.exists()
        assert not CaseFile.objects.exists()
    student = world.students["Brisa"]  # whose other case is restricted
    others = [each for each in ("detention_return", "iep_seat", "sel_check") if each != workflow]
    with as_loader():
        for each in (workflow, *others):
            open_cases(BUILDER, workflow=each, openings=[Opening(student, "Needed.")], at=AT)
    with acting(party):
        assert [each.family_name for each in Student.objects.all()] == ["Brisa"]
        restricted = CaseFile.objects.filter(tier="restricted")
        own = {workflow} - {"soar_workshop"}
        assert set(restricted.values_list("workflow", flat=True)) == own
