"""Tickets: an owner, an outcome and a root cause each; a flag stops what must not be forwarded."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import Opening, open_case, open_cases, take_step
from bascule.cases.declarations import Workflow
from bascule.cases.models import CaseFile
from bascule.cases.registry import workflow_of, workflows
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.forwarding import missing_child_in_the_way
from bascule.mobility.tickets import ROOT_CAUSE, ROOT_CAUSES, is_ticket
from bascule.ops.school_words import SAID
from bascule.ops.school_work import played_workflows
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]

OWNERS = {
    "code_dispute": "clerk_0", "data_flag": "steward", "denial_appeal": "lead",
    "discipline_hold": "liaison", "el_program": "el", "homeless_dispute": "liaison",
    "iep_seat": "iep",
    "records_dispute": "clerk_0", "release_block": "lead", "residency_dispute": "principal_0",
}  # fmt: skip
TICKETS = [workflow_of(key) for key in OWNERS]


def person(key: str) -> Actor:
    return actor_of(User.objects.get(username=key))


def raised(world: World, key: str, name: str = "Adair") -> CaseFile:
    opening = Opening(world.students[name], "Somebody has to see to it.")
    [case] = open_cases(BUILDER, workflow=key, openings=[opening], at=AT)
    return case


def test_these_are_the_tickets_and_whose_they_are(world: World, as_loader: Loading) -> None:
    assert {each.key for each in workflows() if is_ticket(each)} == set(OWNERS)
    with as_loader():
        owners = {key: raised(world, key).owner.source_key for key in OWNERS}
    assert owners == OWNERS


@pytest.mark.parametrize("workflow", TICKETS, ids=lambda each: each.key)
def test_no_ticket_closes_without_an_outcome_and_a_root_cause(workflow: Workflow) -> None:
    closing = [step for step in workflow.steps if workflow.state(step.to).ends]
    assert closing
    for step in closing:
        assert ROOT_CAUSE in step.asks
        assert [ask for ask in step.asks if ask.required and ask != ROOT_CAUSE]


@pytest.mark.parametrize("workflow", TICKETS, ids=lambda each: each.key)
def test_only_the_owner_or_the_lead_takes_a_step(
    world: World, as_loader: Loading, workflow: Workflow
) -> None:
    with as_loader():
        case = raised(world, workflow.key)
    step = workflow.steps_from(workflow.start.key)[0]
    assert step.who is not None
    allowed = {
        each.username for each in User.objects.all() if step.who(person(each.username), case)
    }
    assert allowed == {OWNERS[workflow.key], "lead"}
    other = person("okafor")
    with acting(other), pytest.raises((NotPermitted, CaseFile.DoesNotExist)):
        take_step(other, case=case, step=step.key)


def test_a_cause_that_is_not_in_the_list_is_refused(world: World, as_loader: Loading) -> None:
    with as_loader():
        case = raised(world, "release_block")
    lead = person("lead")
    with acting(lead):
        for cause, why in (("bad luck", "Not a possible answer"), ("", "Still needed")):
            with pytest.raises(Refusal, match=why):
                take_step(lead, case=case, step="close_released",
                          answers={"outcome": "At noon.", "root_cause": cause})  # fmt: skip
        closed = take_step(lead, case=case, step="close_released",
                           answers={"outcome": "At noon.", "root_cause": "no_answer"})  # fmt: skip
    assert (closed.state, closed.transitions.last().answers["root_cause"]) == (
        "released", "no_answer",
    )  # fmt: skip


def test_every_cause_names_the_office_that_can_remove_it() -> None:
    assert {cause.key for cause in ROOT_CAUSES.values()} == set(ROOT_CAUSES)
    assert all(cause.office and cause.label for cause in ROOT_CAUSES.values())


def test_a_homeless_dispute_is_for_the_liaison_and_exists_for_nobody_else(
    world: World, as_loader: Loading
) -> None:
    liaison, student = person("liaison"), world.students["Adair"]
    with acting(liaison):
        case = open_case(liaison, workflow="homeless_dispute", student=student, reason="Doubted.")
        assert (case.tier, case.state) == ("restricted", "raised")
    for who in ("lead", "principal_0", "clerk_0", "okafor"):
        other = person(who)
        with acting(other):
            assert not CaseFile.objects.filter(pk=case.pk).exists()
            with pytest.raises(NotPermitted, match="is not yours to open"):
                open_case(other, workflow="homeless_dispute", student=student, reason="Doubted.")


MISSING = {"flagged_on": "2026-11-20", "flagged_by": "State Police"}
REPORTED = {"reported_on": "2026-11-20", "reported_by": "Steward", "requested_by": "Gary",
            "report_number": "7"}  # fmt: skip
CAUSE = {"root_cause": "unfounded"}


@pytest.mark.parametrize(
    ("steps", "stops"),
    [
        ((), True),
        ((("confirm_missing", MISSING),), True),
        ((("confirm_missing", MISSING), ("report_request", REPORTED)), True),
        ((("confirm_missing", MISSING), ("report_request", REPORTED),
          ("lift_flag", {"lifted_on": "2026-11-20", **CAUSE})), False),
        ((("correct_record", {"flag_kind": "custody"}),), False),
        ((("close_mistaken", {"why": "Another name.", **CAUSE}),), False),
    ],
)  # fmt: skip
def test_a_flag_stops_every_forwarding_until_it_is_lifted_or_of_another_kind(
    world: World, as_loader: Loading, steps: tuple[tuple[str, dict[str, str]], ...], stops: bool
) -> None:
    steward = person("steward")
    with as_loader():
        flag, beside = raised(world, "data_flag"), raised(world, "release_block")
        other = raised(world, "release_block", "Brisa")
    with acting(steward):
        for step, answers in steps:
            flag = take_step(steward, case=flag, step=step, answers=answers)
    for who in ("clerk_0", "okafor", "lead"):
        actor = person(who)
        with acting(actor):
            said = missing_child_in_the_way(actor, case=beside, answers={}, at=AT)
            assert (said is not None and said.code == "missing-child-flag") is stops
            assert missing_child_in_the_way(actor, case=other, answers={}, at=AT) is None


FORWARDING = (
    ("clerk_0", "release", "release_requested", {"last_day": "2026-11-20", "exit_code": "02"}),
    ("lead", "force_release", "release_escalated",
     {"last_day": "2026-11-20", "exit_code": "02", "why": "No answer for two days."}),
    ("okafor", "confirm_records", "records", {}),
)  # fmt: skip


@pytest.mark.parametrize(("who", "step", "state", "answers"), FORWARDING)
def test_while_a_flag_is_open_nothing_of_the_student_is_released_or_sent(
    world: World, as_loader: Loading, who: str, step: str, state: str, answers: dict[str, str]
) -> None:
    with as_loader():
        transfer, flag = raised(world, "options_transfer"), raised(world, "data_flag")
        CaseFile.objects.filter(pk=transfer.pk).update(state=state)
    actor = person(who)
    with acting(actor), pytest.raises(Refusal) as refused:
        take_step(actor, case=transfer, step=step, answers=answers)
    assert (refused.value.code, refused.value.lifted_by) == (
        "missing-child-flag", "the data steward",
    )  # fmt: skip
    with as_loader():
        transfer.refresh_from_db()
        assert (transfer.state, transfer.revision) == (state, 1)
        CaseFile.objects.filter(pk=flag.pk).update(state="correcting")
    code = ""
    with acting(actor):
        try:
            transfer = take_step(actor, case=transfer, step=step, answers=answers)
        except Refusal as refusal:
            code = refusal.code
    assert code != "missing-child-flag"
    assert (transfer.state == "stabilizing") is (step == "confirm_records")


def test_a_missing_childs_request_is_reported_before_anything_else_of_its_flag() -> None:
    steps = {step.key for step in workflow_of("data_flag").steps_from("missing_child")}
    assert steps == {"report_request", "close_mistaken"}
    assert workflow_of("data_flag").state("missing_child").label == (
        "Report the request to State Police"
    )


def test_the_words_of_the_demo_answer_something_that_its_cases_ask() -> None:
    asked = {
        ask.key for workflow in played_workflows() for step in workflow.steps for ask in step.asks
        if not ask.choices and ask.kind != "date"
    }  # fmt: skip
    assert set(SAID) <= asked
