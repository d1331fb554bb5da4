"""What was done last is undone: the case stands as before, no time is won, nothing else is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from bascule.access.acting import acting
from bascule.access.models import Decision
from bascule.cases.actions import (
    add_note,
    latest_act,
    name_of,
    open_case,
    reason_of_reach,
    set_aside,
    take_step,
    undo,
)
from bascule.cases.actions.stepping import TIMES
from bascule.cases.boards import hours_in_states
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal, Stale
from bascule.roster.models import Reach
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
ActorOf = Callable[[str], Actor]
Browse = Callable[[str], Client]
LATER = AT + timedelta(hours=3)
SAID = {"proof": "A letter."}


@pytest.fixture
def case(world: World) -> CaseFile:
    """A case of Okafor's queue, as it was found, before anybody noted anything."""
    with as_role("loader"):
        found = CaseFile.objects.get(workflow="reengagement", student=world.students["Adair"])
        Note.objects.filter(case=found).delete()
        return found


def read(case: CaseFile) -> CaseFile:
    with as_role("loader"):
        return CaseFile.objects.get(pk=case.pk)


def stand(case: CaseFile) -> tuple[object, ...]:
    kept = read(case)
    return (kept.state, kept.closed_at, kept.aside_because, *(getattr(kept, t) for t in TIMES))


def latest(case: CaseFile) -> str:
    with as_role("loader"):
        act = latest_act(Transition.every.filter(case=case), Note.every.filter(case=case))
    return name_of(act) if act else ""


def step_of(actor: Actor, case: CaseFile, step: str, at: datetime = AT, **said: str) -> str:
    with acting(actor):
        take_step(actor, case=case, step=step, answers=said, at=at)
    return latest(case)


def undone(actor: Actor, case: CaseFile, act: str, at: datetime = LATER) -> CaseFile:
    with acting(actor):
        return undo(actor, case=case, act=act, at=at)


def test_a_step_undone_leaves_the_case_as_it_was_and_stays_in_the_log(
    case: CaseFile, actor: ActorOf
) -> None:
    okafor, before = actor("okafor"), stand(case)
    with acting(okafor):
        set_aside(okafor, case=case, until=LATER.date() + timedelta(days=3), because="An aunt.")
    aside = stand(case)
    kept = undone(okafor, case, step_of(okafor, case, "take_up", AT + timedelta(minutes=1)))
    assert stand(case) == aside != before
    assert kept.revision == case.revision + 2
    with as_role("loader"):
        assert [each.step for each in Transition.objects.filter(case=case)] == ["open"]
        [taken] = Transition.every.filter(case=case, step="take_up")
        assert (taken.undone_at, taken.undone_name) == (LATER, okafor.name)
        assert Decision.objects.filter(uuid=case.uuid, verb="undo").count() == 1


def test_a_clock_that_ran_out_meanwhile_has_run_out(case: CaseFile, actor: ActorOf) -> None:
    okafor = actor("okafor")
    assert case.due_at is not None
    act = step_of(okafor, case, "take_up")
    kept = undone(okafor, case, act, at=case.due_at + timedelta(days=4))
    assert kept.due_at == case.due_at


def test_several_acts_are_undone_from_the_last_to_the_first(case: CaseFile, actor: ActorOf) -> None:
    okafor, before = actor("okafor"), stand(case)
    first = step_of(okafor, case, "take_up")
    second = step_of(okafor, case, "schedule_intake", AT + timedelta(minutes=1), outcome="A call.")
    with pytest.raises(Stale):
        undone(okafor, case, first)
    undone(okafor, case, second)
    undone(okafor, case, first)
    assert stand(case) == before
    assert latest(case) == ""
    with pytest.raises(Stale):
        undone(okafor, case, first)


def test_nothing_is_undone_once_somebody_went_on(case: CaseFile, actor: ActorOf) -> None:
    okafor, lead = actor("okafor"), actor("lead")
    act = step_of(okafor, case, "take_up")
    with acting(lead):
        add_note(lead, case=case, kind="call", text="Called.", at=AT + timedelta(hours=1))
    with pytest.raises(Stale):
        undone(okafor, case, act)


def test_only_who_did_it_undoes_it_or_the_lead(case: CaseFile, actor: ActorOf) -> None:
    act = step_of(actor("okafor"), case, "take_up")
    with pytest.raises(NotPermitted):
        undone(actor("desk"), case, act)
    with pytest.raises((NotPermitted, CaseFile.DoesNotExist)):
        undone(actor("wren"), case, act)
    assert undone(actor("lead"), case, act).state == "found"


def test_a_step_that_does_more_than_move_the_case_stays(case: CaseFile, actor: ActorOf) -> None:
    okafor = actor("okafor")
    step_of(okafor, case, "take_up")
    step_of(okafor, case, "schedule_intake", AT + timedelta(minutes=1), outcome="A call.")
    act = step_of(okafor, case, "start_workshop", AT + timedelta(minutes=2))
    with pytest.raises(Refusal, match="did more"):
        undone(okafor, case, act)
    assert read(case).state == "workshop"


def test_a_closing_undone_gives_back_the_sight_that_ended_with_it(
    case: CaseFile, actor: ActorOf
) -> None:
    lead, because, before = actor("lead"), reason_of_reach(case), stand(case)
    act = step_of(lead, case, "close_elsewhere", **SAID)
    with as_role("loader"):
        assert not Reach.objects.filter(because=because, ends_at=None).exists()
    undone(lead, case, act)
    assert stand(case) == before
    with as_role("loader"):
        assert Reach.objects.filter(because=because, ends_at=None).exists()
    with acting(actor("okafor")):
        assert SEE.why(case, actor("okafor")) is not None


def test_a_closing_stays_where_another_case_of_the_kind_is_open(
    case: CaseFile, actor: ActorOf
) -> None:
    lead = actor("lead")
    act = step_of(lead, case, "close_elsewhere", **SAID)
    with acting(lead):
        assert case.student is not None
        open_case(lead, workflow=case.workflow, student=case.student, reason="Again.")
    with pytest.raises(Refusal, match="another case"):
        undone(lead, case, act)
    assert read(case).closed_at is not None


def test_a_note_undone_counts_as_no_attempt(case: CaseFile, actor: ActorOf) -> None:
    okafor = actor("okafor")
    with acting(okafor):
        add_note(okafor, case=case, kind="call", text="Called.", at=AT)
    undone(okafor, case, latest(case))
    with as_role("loader"):
        assert not Note.objects.filter(case=case).exists()
        assert Note.every.get(case=case).undone_name == okafor.name


def test_a_case_set_aside_is_taken_up_and_its_note_stays(case: CaseFile, actor: ActorOf) -> None:
    okafor = actor("okafor")
    with acting(okafor):
        set_aside(okafor, case=case, until=LATER.date() + timedelta(days=3), because="An aunt.")
    with pytest.raises(Refusal, match="Take the case up"):
        undone(okafor, case, latest(case))


def test_the_medians_count_no_undone_step(case: CaseFile, actor: ActorOf) -> None:
    okafor = actor("okafor")
    with as_role("loader"):
        counted = hours_in_states(LATER)
    act = step_of(okafor, case, "take_up", LATER)
    with as_role("loader"):
        assert hours_in_states(LATER) != counted
    undone(okafor, case, act)
    with as_role("loader"):
        assert hours_in_states(LATER) == counted


def test_the_page_offers_it_for_ten_seconds_and_in_the_history(
    case: CaseFile, actor: ActorOf, browse: Browse
) -> None:
    act = step_of(actor("okafor"), case, "take_up")
    page = browse("okafor").get(f"/cases/{case.uuid}/").content.decode()
    assert "Done: Take up." in page
    assert page.count(f'value="{act}"') == 2  # the toast, and the history
    assert "Undo" not in browse("desk").get(f"/cases/{case.uuid}/").content.decode()
    assert f'value="{act}"' in browse("lead").get(f"/cases/{case.uuid}/").content.decode()
    answer = browse("okafor").post(f"/cases/{case.uuid}/undo/", {"act": act}, follow=True)
    page = answer.content.decode()
    assert "Undone." in page
    assert "Undone by" in page
    assert browse("okafor").post(f"/cases/{case.uuid}/undo/", {"act": act}).status_code == 409
