"""An open case goes where its student goes, and with it who sees it, in both locks alike."""

from collections.abc import Callable

import pytest

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE, SEE_OPEN
from bascule.directory.models import Organization
from bascule.kernel.clock import now
from bascule.roster.models import Student
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Move = Callable[[World], None]


def stays(world: World) -> None:
    """Nobody moves."""


def changes_schools(world: World) -> None:
    kowal = Student.objects.get(pk=world.students["Kowal"].pk)
    Student.objects.filter(pk=world.students["Adair"].pk).update(school=kowal.school)
    Student.objects.filter(pk=world.students["Brisa"].pk).update(school=kowal.school)


def leaves(world: World) -> None:
    Student.objects.filter(pk=world.students["Adair"].pk).update(school=None)


def closes_and_moves(world: World) -> None:
    """A closed case keeps its school, and is seen with its student all the same."""
    CaseFile.objects.filter(pk=world.cases["Adair"].pk).update(closed_at=now(), due_at=None)
    changes_schools(world)


@pytest.mark.parametrize("move", [stays, changes_schools, leaves, closes_and_moves])
def test_who_sees_a_case_is_who_sees_its_student(world: World, move: Move) -> None:
    with as_role("loader"):
        move(world)
    for who in MEMBERS:
        actor = actor_of(User.objects.get(username=who))
        with as_role("loader"):
            by_student = set(SEE.filter(CaseFile.objects.all(), actor).values_list("pk", flat=True))
            rows = CaseFile.objects.filter(closed_at=None)
            by_school = set(SEE_OPEN.filter(rows, actor).values_list("pk", flat=True))
            closed = set(CaseFile.objects.exclude(closed_at=None).values_list("pk", flat=True))
        with acting(actor):
            locked = set(CaseFile.objects.values_list("pk", flat=True))
        assert locked == by_student, who
        assert by_school == by_student - closed, who


def test_a_case_carries_the_school_of_its_student_before_the_transaction_ends(world: World) -> None:
    case = world.cases["Adair"]
    with as_role("loader"):
        other = Organization.objects.exclude(pk=case.school_id).filter(kind="school").first()
        assert other is not None
        Student.objects.filter(pk=world.students["Adair"].pk).update(school=other)
        assert CaseFile.objects.get(pk=case.pk).school_id == other.pk
        CaseFile.objects.filter(pk=case.pk).update(school_id=1)  # whatever a statement says
        assert CaseFile.objects.get(pk=case.pk).school_id == other.pk
