"""The demo's office papers: a certification with its questions, and schools with two, one, none."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bascule.access.acting import acting
from bascule.cases.models import CaseFile, Transition
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.mobility.models import ProcedureScenario
from bascule.mobility.queries import certified_at, open_schools
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.office_papers import write_office_papers
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Find = Callable[[str], Actor]
Loading = Callable[[], AbstractContextManager[None]]


@pytest.mark.parametrize(("failed", "asked"), [(False, 0), (True, 1)])
def test_the_first_schools_are_certified_with_as_many_questions_as_there_are_failures(
    world: World, actor: Find, as_loader: Loading, failed: bool, asked: int
) -> None:
    with as_loader():
        for case in CaseFile.objects.all() if failed else ():
            Transition.objects.create(
                case=case, step="close", from_state="found", to_state="closed", at=AT, user_id=1,
                actor_name="Bea Nowak", was_late=True,
            )  # fmt: skip
            CaseFile.objects.filter(pk=case.pk).update(closed_at=AT, due_at=None)
    with holding_clock(AT):
        write_office_papers(DutyDesk(), AT)
        lead = actor("lead")
        with acting(lead):
            lines = certified_at(list(open_schools(lead, AT.date())), AT.date())
    found = {each.school.source_key: len(each.people) for each in lines}
    assert ProcedureScenario.objects.count() == asked
    assert (found["S101"], found["S102"], sum(found.values())) == (2, 1, 3)
