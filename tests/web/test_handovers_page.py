"""Handovers: who owes a release and for how long, and where the SIS says something else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile, Transition
from bascule.mobility.models import Handover, RosterAnswer, SeatHold, SeatLine
from bascule.roster.models import Student
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]
HOURS = 30


def owe(student: Student) -> CaseFile:
    """A transfer for which the receiving school signed 30 hours ago. As the loader."""
    [case] = open_cases(
        BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")],
        at=AT - timedelta(days=4),
    )  # fmt: skip
    CaseFile.objects.filter(pk=case.pk).update(state="release_requested")
    Transition.objects.create(
        case=case, step="finish_intake", from_state="intake", to_state="release_requested",
        at=AT - timedelta(hours=HOURS), user_id=1, actor_name="Del Rivers",
        answers={"first_day": "2026-11-23", "entry_code": "04"},
    )  # fmt: skip
    SeatHold.objects.create(
        line=SeatLine.objects.all()[0], case=case, student=student, held_at=AT, accepted_at=AT
    )
    return case


def tell(case: CaseFile) -> None:
    """A handover of which the SIS was told and says nothing. As the loader."""
    known = Handover.objects.all()[0]
    made = Handover.objects.create(
        case=case, student=case.student, from_school=known.from_school, to_school=known.to_school,
        last_day_on=known.last_day_on, first_day_on=known.first_day_on, exit_code="02",
        entry_code="04", received_by=1, received_name="Del Rivers", received_at=AT,
        released_by=2, released_name="Bea Nowak", released_at=AT, file=known.file, told_at=AT,
    )  # fmt: skip
    RosterAnswer.objects.create(handover=made, kind=RosterAnswer.Kind.MISSED, at=AT)


def page(client: Client, show: str = "owed") -> str:
    answer = client.get(f"/handovers/?show={show}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_school_that_owes_sees_its_debt_and_no_other_school_does(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    with as_loader():
        owe(world.students["Adair"])
    own = page(browse("clerk_0"))
    assert "Adair, Sam" in own
    assert "Second Bridge Options High School" in own
    assert "owed for 30 hours" in own
    assert ">Release</a>" in own
    assert "Adair" not in page(browse("clerk_1"))
    assert browse("chief_0").get("/handovers/").status_code == 404


def test_the_lead_sees_what_each_school_owes_together(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    with as_loader():
        for family in ("Adair", "Escobar", "Fenn"):
            owe(world.students[family])
    told = page(browse("lead"))
    debts = told.split("Hours owed by school")[1].split("</table>")[0]
    rows = [
        [cell.split(">")[-1] for cell in row.split("</td>")[:3]] for row in debts.split("<tr>")[2:]
    ]
    assert rows == [
        ["Lantern Hill High School", "2", "60"], ["Harbor Point High School", "1", "30"],
    ]  # fmt: skip
    assert ">Release</a>" not in told  # it is the school's to sign


def test_what_the_sis_says_otherwise_stands_beside_what_we_say(
    world: World, browse: Browse
) -> None:
    told = page(browse("clerk_0"), "otherwise")
    assert "The SIS says otherwise" in told
    assert '<td class="tabular">Nov 20, 2026</td><td class="tabular">Nov 18, 2026</td>' in told
    assert "Adair" in told
    assert "Brisa" not in told  # of a restricted case nothing is told
    assert "Brisa" not in page(browse("lead"), "told")


@pytest.mark.parametrize("show", ["owed", "told", "otherwise"])
def test_the_page_asks_as_often_for_many_rows_as_for_a_few(
    world: World, browse: Browse, as_loader: AsLoader, show: str
) -> None:
    client, asked = browse("lead"), []
    for families in (("Adair",), ("Calloway", "Escobar", "Galarza", "Huang", "Ibarra", "Jansen")):
        with as_loader():
            for family in families:
                tell(owe(world.students[family]))
        with CaptureQueriesContext(connection) as queries:
            page(client, show)
        asked.append(len(queries))
    assert asked[0] == asked[1]
