"""From one Options school to another: the Lead is the advocate, and each school sees its part."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bascule.access.models import User
from bascule.cases.actions import Opening, open_case, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.cases.registry import workflow_of
from bascule.directory.models import Assignment, Organization, Person, Position
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.models import Handover, HandoverFile, OptionsProgram, SeatHold, SeatLine
from bascule.mobility.queries import free_seats, owed_releases
from bascule.mobility.workflows.options_to_options import UNTIL_RELEASED
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.school_work import Play, bring_along
from bascule.roster.models import Reach, Student
from tests.world import AT, BUILDER, FIRST_DAY, PROMISE, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]
AsPerson = Callable[[str], AbstractContextManager[None]]
Browse = Callable[[str], Client]
ActorOf = Callable[[str], Actor]
DAY = timedelta(days=1)
KEY = "options_to_options"
ADVISED = {"reason_code": "schedule", "spoken_on": "2026-11-19"}
RECEIVING = {"first_day": "2026-11-20", "entry_code": "04"}
SENDING = {"last_day": "2026-11-19", "exit_code": "02"}


@pytest.fixture
def kowal(world: World, as_loader: AsLoader) -> Student:
    """Kowal is at a second Options school, with a clerk and an intake of its own, by a transfer
    that is stabilizing; a third one has an intake and seats too."""
    with as_loader():
        Handover.objects.update(taken_back_at=AT)
        HandoverFile.objects.update(delivered_at=AT)
        Reach.objects.filter(student=world.students["Kowal"]).delete()
        for key in ("S902", "S903"):
            school = an_options_school(key)
            seat_somebody(f"clerk_{key}", "school_clerk", school)
            seat_somebody(f"intake_{key}", "options_intake", school)
        CaseFile.objects.filter(student=world.students["Kowal"]).update(closed_at=AT, due_at=None)
        second = Organization.objects.get(source_key="S902")
        Student.objects.filter(pk=world.students["Kowal"].pk).update(school=second)
        student = Student.objects.select_related("school").get(pk=world.students["Kowal"].pk)
        earlier_transfer(student)
        return student


def an_options_school(key: str) -> Organization:
    school = Organization.objects.create(
        source="sis", source_key=key, kind="school", name=f"Bridge {key}", is_options=True
    )
    program = OptionsProgram.objects.create(school=school, name="Half day", schedule="half_day")
    line = SeatLine.objects.create(
        program=program, lowest_grade="09", highest_grade="12", window="Semester 1",
        starts_on=FIRST_DAY, ends_on=FIRST_DAY + 150 * DAY,
    )  # fmt: skip
    line.changes.create(seats=1, effective_on=FIRST_DAY, reason="Opened.", user_id=0,
                        actor_name="the builder", at=AT - 9 * DAY)  # fmt: skip
    return school


def seat_somebody(key: str, role: str, school: Organization) -> None:
    person = Person.objects.create(source="test", source_key=key, given_name="A", family_name=key)
    position = Position.objects.create(
        source="test", source_key=key, role=role, title=key, organization=school
    )
    Assignment.objects.create(person=person, position=position, starts_on=date(2020, 7, 1))
    User.objects.create(username=key, person=person)


def earlier_transfer(student: Student) -> None:
    [case] = open_cases(
        BUILDER,
        workflow="options_transfer",
        openings=[Opening(student, "Asked.")],
        at=AT - 60 * DAY,
    )
    CaseFile.objects.filter(pk=case.pk).update(state="stabilizing", due_at=AT + 5 * DAY)
    SeatHold.objects.create(
        line=SeatLine.objects.get(program__school__source_key="S902"), case=case, student=student,
        held_at=AT - 50 * DAY, accepted_at=AT - 50 * DAY,
    )  # fmt: skip


@pytest.fixture
def asked(kowal: Student, actor: ActorOf, as_person: AsPerson) -> CaseFile:
    with as_person("lead"):
        return open_case(actor("lead"), workflow=KEY, student=kowal, reason="Asks for mornings.")


@pytest.fixture
def take(as_person: AsPerson, actor: ActorOf) -> Callable[..., CaseFile]:
    """`take("lead", case, "advise", ...)`: a step as a member of the cast."""

    def taken(who: str, case: CaseFile, step: str, **said: str) -> CaseFile:
        with as_person(who):
            return take_step(actor(who), case=case, step=step, answers=said)

    return taken


Take = Callable[..., CaseFile]


def offered(case: CaseFile, take: Take, school: str = "S901") -> CaseFile:
    """The Lead has spoken with the student and offers a seat of the school."""
    take("lead", case, "advise", **ADVISED)
    seat = str(SeatLine.objects.filter(program__school__source_key=school)[0].uuid)
    return take(
        "lead", case, "offer", seat=seat, consent="2026-11-20", override="The student's own"
    )


def sees(browse: Browse, who: str, case: CaseFile) -> bool:
    status = browse(who).get(f"/cases/{case.uuid}/").status_code
    assert status in (200, 404)
    return status == 200


def test_from_the_students_page_to_stable_through_both_schools(
    kowal: Student, browse: Browse, as_loader: AsLoader
) -> None:
    lead = browse("lead")
    lead.post("/language/", {"language": "es"})
    assert (
        "Traslado entre escuelas de Opciones"
        in lead.get(f"/students/{kowal.uuid}/").content.decode()
    )
    opening = {"workflow": KEY, "reason": "Pide otro horario."}
    assert lead.post(reverse("student-case", args=[kowal.uuid]), opening).status_code == 302
    with as_loader():
        case = CaseFile.objects.get(workflow=KEY)
        seat = str(SeatLine.objects.filter(program__school__source_key="S901")[0].uuid)
        assert case.owner.role == "mobility_lead"
    page = lead.get(f"/cases/{case.uuid}/").content.decode()
    assert "Con quien lo representa" in page
    for revision, (who, step, said) in enumerate((
        ("lead", "advise", ADVISED),
        ("lead", "offer", {"seat": seat, "consent": "2026-11-20", "override": "El suyo"}),
        ("intake", "accept_offer", {"intake_on": "2026-11-20", **PROMISE}),
        ("intake", "finish_intake", RECEIVING),
        ("clerk_S902", "release", SENDING),
        ("intake", "confirm_first_day", {}),
        ("lead", "confirm_records", {}),
        ("lead", "check", {"finding": "Viene cada mañana", "promise": "kept"}),
        ("lead", "close_stable", {}),
    ), 1):  # fmt: skip
        answers = {f"ask_{key}": words for key, words in said.items()} | {"revision": str(revision)}
        sent = browse(who).post(f"/cases/{case.uuid}/steps/{step}/", answers)
        assert (step, sent.status_code) == (step, 302)
    with as_loader():
        case.refresh_from_db()
        made = Handover.objects.get(case=case)
    assert (case.state, made.from_school.source_key, made.to_school.source_key) == (
        "closed_stable", "S902", "S901",
    )  # fmt: skip


def test_the_receiving_school_sees_it_from_the_offer_on_and_no_longer_than_that(
    asked: CaseFile, take: Take, browse: Browse
) -> None:
    seen = [sees(browse, "intake", asked)]
    offered(asked, take)
    seen.append(sees(browse, "intake", asked))
    assert not sees(browse, "intake_S903", asked)
    take("intake", asked, "lapse_offer", because="safety", why="Not here.")
    seen.append(sees(browse, "intake", asked))
    assert seen == [False, True, False]
    assert sees(browse, "clerk_S902", asked)


def test_a_school_that_has_no_part_in_it_never_sees_it(
    asked: CaseFile, take: Take, browse: Browse
) -> None:
    offered(asked, take)
    for stranger in ("clerk_S903", "intake_S903", "clerk_0", "counselor_0", "chief_0",
                     "chief_1"):  # fmt: skip
        assert not sees(browse, stranger, asked), stranger


def test_only_the_advocate_works_it(asked: CaseFile, take: Take, as_loader: AsLoader) -> None:
    for other in ("okafor", "clerk_S902", "intake_S902", "intake", "counselor_0", "liaison"):
        with pytest.raises((Refusal, CaseFile.DoesNotExist)):
            take(other, asked, "advise", **ADVISED)
        with pytest.raises((Refusal, CaseFile.DoesNotExist)):
            take(other, asked, "deny", why="No.")
    with as_loader():
        asked.refresh_from_db()
    assert (asked.state, asked.revision) == ("asked", 1)


def test_the_reason_is_asked_and_no_prevention_and_no_ranking() -> None:
    declared = workflow_of(KEY)
    [reason] = [ask for step in declared.steps_from("asked") for ask in step.asks
                if ask.key == "reason_code"]  # fmt: skip
    assert reason.required
    assert reason.choices
    assert not {"prevention", "eligibility"} & {state.key for state in declared.states}
    assert not {"rank", "rank_again"} & {step.key for step in declared.steps}


def test_no_state_blocks_who_has_to_be_enrolled_today() -> None:
    declared = workflow_of(KEY)
    [at_once] = [step for step in declared.steps if step.key == "enroll_at_once"]
    before = {state.key for state in declared.states if not state.ends} - {
        "enrolled", "records", "stabilizing",
    }  # fmt: skip
    assert set(at_once.from_) == set(UNTIL_RELEASED) == before


def test_it_is_opened_about_students_of_options_schools_alone_and_a_transfer_about_the_others(
    kowal: Student, world: World, actor: ActorOf, as_person: AsPerson, browse: Browse
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        with pytest.raises(Refusal) as refused:
            open_case(lead, workflow=KEY, student=world.students["Adair"], reason="Asked.")
        assert refused.value.code == "at-no-options-school"
        with pytest.raises(Refusal) as refused:
            open_case(lead, workflow="options_transfer", student=kowal, reason="Asked.")
        assert refused.value.code == "at-options-school"
    shown = browse("lead").get(f"/students/{kowal.uuid}/").content.decode()
    assert f'<option value="{KEY}">' in shown
    assert '<option value="options_transfer">' not in shown
    other = browse("lead").get(f"/students/{world.students['Adair'].uuid}/").content.decode()
    assert f'<option value="{KEY}">' not in other


def test_who_may_not_ask_opens_none(kowal: Student, browse: Browse, as_loader: AsLoader) -> None:
    said = {"workflow": KEY, "reason": "Asked."}
    answer = browse("clerk_S902").post(reverse("student-case", args=[kowal.uuid]), said)
    assert answer.status_code == 409
    assert browse("intake").post(
        reverse("student-case", args=[kowal.uuid]), said
    ).status_code == 404  # fmt: skip
    with as_loader():
        assert not CaseFile.objects.filter(workflow=KEY).exists()


def test_the_own_school_has_no_seat_to_offer(
    asked: CaseFile, actor: ActorOf, as_person: AsPerson
) -> None:
    with as_person("lead"):
        places = [words for _, words in free_seats(actor("lead"), asked)]
    assert [words for words in places if "S902" in words] == []
    assert [words for words in places if "S903" in words] != []


def moved(case: CaseFile, take: Take) -> CaseFile:
    """Both schools have signed."""
    offered(case, take)
    take("intake", case, "accept_offer", intake_on="2026-11-20", **PROMISE)
    take("intake", case, "finish_intake", **RECEIVING)
    return take("clerk_S902", case, "release", **SENDING)


def test_the_seat_that_is_left_is_free_from_the_first_day_on_and_the_earlier_clock_goes_on(
    asked: CaseFile, take: Take, as_loader: AsLoader
) -> None:
    def earlier() -> tuple[str, object, str]:
        with as_loader():
            case = CaseFile.objects.get(workflow="options_transfer", student=asked.student_id)
            hold = SeatHold.objects.get(case=case)
        return case.state, case.due_at, hold.ended_because

    before = earlier()
    moved(asked, take)
    assert earlier() == before == ("stabilizing", AT + 5 * DAY, "")
    take("intake", asked, "confirm_first_day")
    assert earlier() == ("stabilizing", AT + 5 * DAY, "left")
    with as_loader():
        assert SeatHold.objects.get(case=asked).ended_at is None


def test_a_school_that_does_not_release_owes_it_and_the_lead_may_force_it(
    asked: CaseFile, take: Take, actor: ActorOf, as_person: AsPerson
) -> None:
    offered(asked, take)
    take("intake", asked, "accept_offer", intake_on="2026-11-20", **PROMISE)
    take("intake", asked, "finish_intake", **RECEIVING)
    for who, owes in (("clerk_S902", [asked.pk]), ("clerk_S903", []), ("clerk_0", [])):
        with as_person(who):
            assert [row.pk for row in owed_releases(actor(who))] == owes, who
    take("clerk_S902", asked, "refuse_release", why="Books.")
    with pytest.raises((Refusal, CaseFile.DoesNotExist)):
        take("okafor", asked, "force_release", why="Now.", **SENDING)
    assert take("lead", asked, "force_release", why="No ground.", **SENDING).state == "enrolled"


@pytest.mark.parametrize("state", [state.key for state in workflow_of(KEY).states])
def test_the_demo_brings_one_to_each_state(
    kowal: Student, world: World, as_loader: AsLoader, state: str
) -> None:
    declared = workflow_of(KEY)
    with as_loader():
        other = Student.objects.filter(pk=world.students["Lindqvist"].pk)
        other.update(school=kowal.school_id)
        clerk = Position.objects.select_related("organization").get(source_key="clerk_S902")
    bring_along(DutyDesk(), [clerk], Play(declared, declared.state(state), 1), AT)
    with as_loader():
        assert [each.state for each in CaseFile.objects.filter(workflow=KEY)] == [state]
