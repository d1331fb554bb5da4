"""A case set aside: out of the way for a reason, never longer than its clock, and never unseen."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from bascule.access.acting import acting
from bascule.access.models import Decision
from bascule.cases.actions import set_aside, take_step, take_up
from bascule.cases.models import CaseFile, Note
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
ActorOf = Callable[[str], Actor]
Browse = Callable[[str], Client]
MONDAY = date(2026, 11, 23)
WHY = "The aunt calls back on Monday."


@pytest.fixture
def case(world: World) -> CaseFile:
    """A case of Okafor's queue whose clock runs for some days."""
    with as_role("loader"):
        found = CaseFile.objects.get(pk=world.cases["Adair"].pk)
    assert found.due_at is not None
    assert found.due_at > datetime(2026, 11, 23, 6, tzinfo=UTC)
    return found


def aside(case: CaseFile, okafor: Actor, until: date = MONDAY) -> CaseFile:
    with acting(okafor):
        return set_aside(okafor, case=case, until=until, because=WHY, at=AT)


def test_it_comes_back_on_that_morning_and_the_reason_stands_among_the_notes(
    case: CaseFile, actor: ActorOf
) -> None:
    due_at, revision = case.due_at, case.revision
    kept = aside(case, actor("okafor"))
    assert kept.aside_until == datetime(2026, 11, 23, 6, tzinfo=UTC)  # midnight in Chicago
    assert (kept.due_at, kept.revision) == (due_at, revision)
    assert kept.is_aside(AT)
    assert not kept.is_aside(datetime(2026, 11, 23, 6, tzinfo=UTC))
    with as_role("loader"):
        noted = Note.objects.filter(case=case, kind="remark").values_list("text", flat=True)
        assert list(noted) == [f"Set aside until Nov. 23, 2026: {WHY}"]
        told = Decision.objects.filter(uuid=case.uuid, verb="set_aside")
        assert [each.particulars for each in told] == [{"until": "2026-11-23"}]


def test_the_next_step_takes_it_up_and_so_does_whoever_wants(
    case: CaseFile, actor: ActorOf
) -> None:
    okafor = actor("okafor")
    aside(case, okafor)
    with acting(okafor):
        assert not take_up(okafor, case=case).is_aside(AT)
    aside(case, okafor)
    with acting(okafor):
        said = {"proof": "A letter."}
        moved = take_step(okafor, case=case, step="close_elsewhere", answers=said, at=AT)
    assert (moved.aside_until, moved.aside_because) == (None, "")


@pytest.mark.parametrize(
    ("until", "because", "code"),
    [
        (MONDAY, "  ", "no-reason"),
        (AT.date(), WHY, "not-to-come"),
        (date(2027, 6, 1), WHY, "after-the-clock"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    case: CaseFile, actor: ActorOf, until: date, because: str, code: str
) -> None:
    okafor = actor("okafor")
    with acting(okafor), pytest.raises(Refusal) as refused:
        set_aside(okafor, case=case, until=until, because=because, at=AT)
    assert refused.value.code == code
    with as_role("loader"):
        assert CaseFile.objects.get(pk=case.pk).aside_until is None
        assert not Note.objects.filter(case=case, kind="remark").exists()


def test_what_is_late_or_closed_cannot_be_set_aside(case: CaseFile, actor: ActorOf) -> None:
    okafor, late = actor("okafor"), case.due_at
    assert late is not None
    for due_at, closed_at, code in ((AT - timedelta(hours=1), None, "late"), (None, AT, "closed")):
        with as_role("loader"):
            CaseFile.objects.filter(pk=case.pk).update(due_at=due_at, closed_at=closed_at)
        with acting(okafor), pytest.raises(Refusal) as refused:
            set_aside(okafor, case=case, until=MONDAY, because=WHY, at=AT)
        assert refused.value.code == code


def test_the_table_itself_lets_no_case_sleep_past_its_clock(case: CaseFile) -> None:
    assert case.due_at is not None
    after = case.due_at + timedelta(minutes=1)
    with as_role("loader"), pytest.raises(IntegrityError), transaction.atomic():
        CaseFile.objects.filter(pk=case.pk).update(aside_until=after, aside_because="Later")


@pytest.mark.parametrize("who", ["clerk_0", "wren", "chief_0"])
def test_who_does_not_work_on_it_cannot_set_it_aside(
    case: CaseFile, actor: ActorOf, browse: Browse, who: str
) -> None:
    stranger = actor(who)
    with acting(stranger), pytest.raises((NotPermitted, CaseFile.DoesNotExist)):
        set_aside(stranger, case=case, until=MONDAY, because=WHY, at=AT)
    said = {"until": "2026-11-23", "because": WHY}
    answer = browse(who).post(reverse("case-aside", args=[case.uuid]), said)
    assert answer.status_code in (403, 404)
    with as_role("loader"):
        assert CaseFile.objects.get(pk=case.pk).aside_until is None


def test_today_shows_it_apart_with_its_reason_until_the_morning_comes(
    case: CaseFile, browse: Browse
) -> None:
    okafor = browse("okafor")
    with holding_clock(AT):
        said = {"until": "2026-11-23", "because": WHY}
        assert okafor.post(reverse("case-aside", args=[case.uuid]), said).status_code == 302
        page = okafor.get(reverse("case", args=[case.uuid])).content.decode()
        assert "Set aside until Monday, November 23" in page
        assert "Take up again" in page
        today = okafor.get(reverse("today")).content.decode()
        apart = today.split('id="group-aside"')[1]
        assert f"until Mon Nov 23: {WHY}" in apart
        assert str(case.uuid) in apart
        assert (
            str(case.uuid) not in today.split('<section class="queue"')[1].split("group-aside")[0]
        )
        assert okafor.post(reverse("case-up", args=[case.uuid])).status_code == 302
        assert 'id="group-aside"' not in okafor.get(reverse("today")).content.decode()
        okafor.post(reverse("case-aside", args=[case.uuid]), said)
    with holding_clock(datetime(2026, 11, 23, 14, tzinfo=UTC)):
        assert 'id="group-aside"' not in okafor.get(reverse("today")).content.decode()


def test_a_day_that_cannot_be_is_said_on_the_page_with_what_was_typed(
    case: CaseFile, browse: Browse
) -> None:
    with holding_clock(AT):
        answer = browse("okafor").post(
            reverse("case-aside", args=[case.uuid]), {"until": "2027-06-01", "because": WHY}
        )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Its clock runs out on" in page
    assert WHY in page
