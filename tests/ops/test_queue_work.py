"""A desk on which hundreds of cases land holds one person's work again after a few sittings."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization, Position
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import holding_clock
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.queue_choices import closes
from bascule.ops.queue_work import FLOODED, FULL, Sitting, _open_to, work_queue
from bascule.roster.models import Student
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
MISSING = 90
AN_ORDINARY_MORNING, THE_LAST_MORNING = AT - timedelta(days=14), AT


def states() -> Counter[str]:
    """Count the cases of the missing by state."""
    found = CaseFile.objects.filter(student__source_key__startswith="m")
    return Counter(found.values_list("state", flat=True))


def work_on_a_flood(as_loader: Loader, state: str, morning: datetime) -> Counter[str]:
    """Let one desk have many missing students in `state`; return how they stand after a sitting."""
    with as_loader():
        school = Organization.objects.get(source_key="S101")
        missing = Student.objects.bulk_create(
            Student(number=f"m{n}", family_name=f"Mills {n}", source="sis", source_key=f"m{n}",
                    sort_name=f"mills {n}", grade="10", school=school)
            for n in range(MISSING)
        )  # fmt: skip
        openings = [Opening(student, "Enrolled nowhere.") for student in missing]
        opened = open_cases(NIGHTLY, workflow="reengagement", openings=openings, at=morning)
        CaseFile.objects.filter(pk__in=[case.pk for case in opened]).update(state=state)
    [position] = {case.owner for case in opened}
    assert position is not None
    desk, at = DutyDesk(), morning + timedelta(hours=2)
    with holding_clock(at):
        work_queue(desk.on_duty(position, at.date()), position, at)
    with as_loader():
        after = states()
    assert after.total() == MISSING
    return after


def test_of_a_flood_most_are_settled_and_the_others_go_along_the_way(
    world: World, as_loader: Loader
) -> None:
    after = work_on_a_flood(as_loader, "found", AN_ORDINARY_MORNING)
    assert after["elsewhere"] > MISSING / 2
    assert 0 < after.total() - after["elsewhere"] < FLOODED
    assert set(after) > {"elsewhere", "found"}


def test_an_ordinary_day_takes_a_flood_a_step_on_and_the_last_one_to_its_end(
    world: World, as_loader: Loader
) -> None:
    with transaction.atomic():
        ordinary = work_on_a_flood(as_loader, "placing", AN_ORDINARY_MORNING)
        transaction.set_rollback(True)
    last = work_on_a_flood(as_loader, "placing", THE_LAST_MORNING)
    assert set(ordinary) == {"placing", "checking"}
    assert last.total() - last["back"] <= FULL
    assert min(last["placing"], last["checking"]) > 0


def test_a_crowd_closes_double_claims_in_a_way_that_no_night_finds_again() -> None:
    for_good = [
        closes("claims_overlap", state, for_good=True) for state in ("checking", "sis_asked")
    ]
    assert [[each.step for each in ways] for ways in for_good] == [["keep_both"], ["settle"]]
    assert {each.step for each in closes("claims_overlap", "checking")} == {"settle", "keep_both"}


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("reaching", {"close_elsewhere", "give_up"}),
        ("intake", {"start_workshop", "return_to_last_school", "close_elsewhere"}),
    ],
)
def test_for_want_of_time_nobody_is_closed_who_came_in(state: str, steps: set[str]) -> None:
    case = CaseFile(workflow="reengagement", state=state)
    sitting = Sitting(NIGHTLY, Position(), AT, NIGHTLY)
    assert {each.step for each in _open_to(sitting, case, is_crowded=True)} == steps
