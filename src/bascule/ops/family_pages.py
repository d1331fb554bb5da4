"""In the demo, families have the pages of their cases: some opened them, one waits to be read.

On the last afternoon each specialist gives two families their page. One more, whose seat is
offered, has an address that the sign-in page knows (`settings.DEMO_FAMILY`): in a demo alone.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bascule.access.acting import acting
from bascule.access.ledger import record_disclosure, record_visit
from bascule.cases.models import CaseFile
from bascule.cases.queries import open_cases
from bascule.directory.models import Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.mobility.actions.families import give_page
from bascule.mobility.models import FamilyLink, SeatHold
from bascule.mobility.queries import PAGE, enter_family, page_holders
from bascule.ops.demo_calendar import AS_OF
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.generator.name_lists import LAST
from bascule.roster.models import Student

TRANSFER, OFFERED = "options_transfer", "offered"
A_DESK = 2
SPANISH = frozenset(LAST["hispanic"])


def give_family_pages(desk: DutyDesk, at: datetime) -> None:
    """Let each desk give its pages, and the demo's own; only on the last afternoon."""
    if local_day(at) != AS_OF:
        return
    for position in desk.specialists:
        _give_two(desk.on_duty(position, AS_OF), position, at)
    [lead] = Position.objects.filter(role="mobility_lead")
    _give_the_demos(desk.on_duty(lead, AS_OF), at)


def _give_two(actor: Actor, position: Position, at: datetime) -> None:
    with acting(actor):
        mine = open_cases(actor).filter(workflow=TRANSFER, owner=position)
        given = [
            link
            for case in mine.exclude(state=OFFERED)
            if (link := _given(actor, case, at, "")) is not None
        ][:A_DESK]
    for link in given[:1]:
        _open(link)


def _given(actor: Actor, case: CaseFile, at: datetime, secret: str) -> FamilyLink | None:
    """Give the page to the first guardian with a contact; None where there is none."""
    student = case.student
    if student is None or student.birth_on is None:
        return None
    for holder in page_holders(actor, student)[:1]:
        language = "es" if secret or _is_spanish(student) else "en"
        link, _ = give_page(
            actor, case=case, holder=str(holder.guardian.uuid), language=language, secret=secret,
            at=at,
        )  # fmt: skip
        return link
    return None


def _is_spanish(student: Student) -> bool:
    return student.family_name.split(" ")[0] in SPANISH


def _open(link: FamilyLink) -> None:
    """The family looks at its page: the record of reads and of visits tells it."""
    student = link.case.student
    with transaction.atomic():
        family = enter_family(link.pk)
        record_visit(user_id=family.user_id, page=PAGE)
        record_disclosure(
            user_id=family.user_id, page=PAGE, ground="family", filter={"link": str(link.uuid)},
            students=[student.uuid] if student else [],
        )  # fmt: skip


def _give_the_demos(actor: Actor, at: datetime) -> None:
    with acting(actor):
        for case in _offered_longest(actor):
            if _given(actor, case, at, settings.DEMO_FAMILY) is not None:
                return


def _offered_longest(actor: Actor) -> Sequence[CaseFile]:
    """Return the cases with a seat offered: Spanish names first, then the longest still to run."""
    cases = open_cases(actor).filter(workflow=TRANSFER, state=OFFERED)
    until = dict(
        SeatHold.objects.filter(case__in=cases, ended_at=None).values_list("case", "until_at")
    )
    return sorted(
        (case for case in cases if case.pk in until),
        key=lambda case: (
            case.student is not None and _is_spanish(case.student), until[case.pk]
        ),
        reverse=True,
    )  # fmt: skip
