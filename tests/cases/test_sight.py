"""Who keeps sight of a case: its owner wherever the student goes; and nobody learns too much."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import Opening, open_case, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted
from bascule.roster.models import Reach, Student
from tests.databases import as_role
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]


def actor(username: str) -> Actor:
    return actor_of(User.objects.get(username=username))


def is_seen(case: CaseFile, who: Actor) -> tuple[bool, bool]:
    """By row-level security alone, and by the policy alone."""
    with acting(who):
        by_security = CaseFile.objects.filter(pk=case.pk).exists()
    with as_role("loader"):
        return by_security, SEE.filter(CaseFile.objects.filter(pk=case.pk), who).exists()


def move_to(student: Student, school: str) -> None:
    with as_role("loader"):
        student.school = Organization.objects.get(source_key=school)
        student.save()


def test_the_owner_keeps_a_case_whose_student_moved_to_another_network(world: World) -> None:
    case = world.cases["Adair"]
    move_to(world.students["Adair"], "S203")
    assert is_seen(case, actor("okafor")) == (True, True)
    assert is_seen(case, actor("chief_0")) == (False, False)


def test_sight_ends_with_the_case(world: World) -> None:
    owner, case = actor("okafor"), world.cases["Adair"]
    move_to(world.students["Adair"], "S203")
    with acting(owner):
        take_step(owner, case=case, step="close_elsewhere", answers={"proof": "A letter."})
    with holding_clock(AT + timedelta(seconds=1)):
        assert is_seen(case, owner) == (False, False)
    with as_role("loader"):
        ended = Reach.objects.filter(because=f"case {case.uuid}").values_list("ends_at", flat=True)
        assert list(ended) == [AT]


def test_whoever_closes_a_case_ends_reaches_that_others_hold(world: World) -> None:
    counselor, student = actor("counselor_0"), world.students["Brisa"]
    with acting(counselor):
        case = open_case(
            counselor, workflow="options_transfer", student=student, reason="Asked for."
        )
        take_step(counselor, case=case, step="withdraw", answers={"why": "The family stays."})
    with as_role("loader"):
        held = Reach.objects.filter(because=f"case {case.uuid}")
        assert [reach.ends_at for reach in held] == [AT]


def test_the_school_that_must_release_sees_the_case_after_the_roster_moved_on(
    world: World, as_loader: Loading
) -> None:
    clerk, student = actor("clerk_0"), world.students["Adair"]
    with as_loader():
        [case] = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        case.state = "intake"
        case.save()
    lead = actor("lead")
    with acting(lead):
        received = {"first_day": "2026-11-23", "entry_code": "04"}
        take_step(lead, case=case, step="finish_intake", answers=received)
    move_to(student, "S901")
    assert is_seen(case, clerk) == (True, True)


def test_a_hidden_restricted_case_does_not_show_itself_when_another_is_opened(
    world: World,
) -> None:
    owner = actor("okafor")
    hidden = world.cases["Brisa"]
    with acting(owner):
        found = open_case(
            owner, workflow="reengagement", student=world.students["Brisa"], reason="Call her."
        )
    assert found.pk != hidden.pk
    assert (found.tier, found.state, found.reason) == ("student", "found", "Call her.")


def test_who_sees_the_restricted_case_gets_it_back(world: World) -> None:
    liaison = actor("liaison")
    with acting(liaison):
        found = open_case(
            liaison, workflow="reengagement", student=world.students["Brisa"], reason="Again."
        )
    assert found.pk == world.cases["Brisa"].pk


@pytest.mark.parametrize(
    ("who", "workflow"),
    [("clerk_0", "options_transfer"), ("clerk_0", "reengagement"),
     ("principal_0", "claims_overlap"), ("auditor", "options_transfer")],
)  # fmt: skip
def test_a_case_is_opened_only_by_those_whom_its_workflow_names(
    world: World, who: str, workflow: str
) -> None:
    stranger = actor(who)
    with acting(stranger), pytest.raises(NotPermitted, match="is not yours to open"):
        open_case(stranger, workflow=workflow, student=world.students["Adair"], reason="I want.")
