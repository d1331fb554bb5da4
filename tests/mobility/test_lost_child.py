"""A lost child: three proven steps in order before code 86, and whose search it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from bascule.access.acting import acting, actor_of
from bascule.access.models import Decision, User
from bascule.cases.actions import Opening, add_note, open_case, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.cases.registry import workflow_of
from bascule.directory.models import Membership, Organization, Position
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.attempts import KINDS
from bascule.mobility.workflows.lost_child import PROOFS
from tests.databases import as_role
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]

CALLS = {"called_on": "2026-11-16", "called_by": "Bea Nowak", "outcome": "No answer",
         "numbers": "mother, aunt, sister's school"}  # fmt: skip
VISIT = {"visited_on": "2026-11-17", "visited_by": "Bea Nowak", "outcome": "Nobody home"}
LETTER = {"sent_on": "2026-11-17", "sent_by": "Bea Nowak", "receipt_number": "9589 0710"}
RECEIPT = {"returned_on": "2026-11-19", "outcome": "unclaimed"}
REPORT = {"reported_on": "2026-11-20", "reported_by": "Bea Nowak", "reported_to": "Carol Imani"}
SEARCH = (("prove_calls", CALLS), ("prove_visit", VISIT), ("send_letter", LETTER),
          ("prove_receipt", RECEIPT), ("allow_code_86", REPORT))  # fmt: skip


def person(key: str) -> Actor:
    return actor_of(User.objects.get(username=key))


@pytest.fixture
def search(world: World) -> CaseFile:
    clerk = person("clerk_0")
    with acting(clerk):
        return open_case(
            clerk, workflow="lost_child", student=world.students["Adair"], reason="Not seen."
        )


def ways_to(state: str, avoiding: str) -> Iterator[str]:
    """The states from which `state` can be reached without the step `avoiding`."""
    steps = [step for step in workflow_of("lost_child").steps if step.key != avoiding]
    reached = {state}
    while fresh := {o for s in steps if s.to in reached for o in s.from_} - reached:
        reached |= fresh
    return iter(reached)


@pytest.mark.parametrize("proof", PROOFS)
def test_no_way_leads_to_code_86_around_any_proof(proof: str) -> None:
    assert "phoning" not in set(ways_to("code_86", avoiding=proof))


def test_after_a_police_report_every_proof_is_asked_anew() -> None:
    [back] = [each for each in workflow_of("lost_child").steps_from("police")
              if each.key == "file_police_report"]  # fmt: skip
    assert back.to == workflow_of("lost_child").start.key


def test_who_holds_every_proof_may_use_code_86_and_it_is_kept_as_a_decision(
    search: CaseFile,
) -> None:
    clerk = person("clerk_0")
    with acting(clerk):
        for step, said in SEARCH:
            search = take_step(clerk, case=search, step=step, answers=said)
    assert (search.state, search.closed_at) == ("code_86", AT)
    with as_role("loader"):
        kept = Decision.objects.filter(uuid=search.uuid).values_list("verb", flat=True)
        assert sorted(kept) == sorted(f"lost_child.{step}" for step in ("open", *PROOFS))


@pytest.mark.parametrize(("step", "said"), SEARCH)
def test_a_proof_that_lacks_anything_is_refused(
    search: CaseFile, step: str, said: dict[str, str]
) -> None:
    clerk = person("clerk_0")
    with acting(clerk):
        for earlier, answers in SEARCH[: PROOFS.index(step)]:
            search = take_step(clerk, case=search, step=earlier, answers=answers)
        for key in said:
            with pytest.raises(Refusal, match="Still needed"):
                take_step(clerk, case=search, step=step, answers={**said, key: ""})


@pytest.mark.parametrize(
    ("day", "words"), [("2026-11-21", "lies ahead"), ("2026-11-15", "before it was on 2026-11-16")]
)
def test_a_visit_before_the_calls_or_in_the_future_proves_nothing(
    search: CaseFile, day: str, words: str
) -> None:
    clerk = person("clerk_0")
    with acting(clerk):
        take_step(clerk, case=search, step="prove_calls", answers=CALLS)
        with pytest.raises(Refusal, match=words):
            take_step(clerk, case=search, step="prove_visit", answers={**VISIT, "visited_on": day})


def test_the_search_is_the_clerks_of_the_last_school_and_nobody_elses(search: CaseFile) -> None:
    assert search.owner == Position.objects.get(source_key="clerk_0")
    for who in ("okafor", "counselor_0", "principal_0", "liaison"):
        other = person(who)
        with acting(other), pytest.raises(NotPermitted, match="is not yours to take"):
            take_step(other, case=search, step="prove_calls", answers=CALLS)
    stranger = person("clerk_1")
    with acting(stranger), pytest.raises(CaseFile.DoesNotExist):
        take_step(stranger, case=search, step="prove_calls", answers=CALLS)


def test_a_school_without_a_clerk_leaves_it_to_the_specialist_of_its_network(
    world: World, as_loader: Loading
) -> None:
    with as_loader():
        [case] = open_cases(
            BUILDER, workflow="lost_child", at=AT,
            openings=[Opening(world.students["Escobar"], "Not seen.")],
        )  # fmt: skip
    assert case.owner == Position.objects.get(source_key="wren")


def test_a_school_that_belongs_to_no_network_has_its_own_clerk_still(
    world: World, as_loader: Loading
) -> None:
    with as_loader():
        district = Organization.objects.get(kind="district")
        Membership.objects.filter(member__source_key="S101").update(parent=district)
        [case] = open_cases(
            BUILDER, workflow="lost_child", at=AT,
            openings=[Opening(world.students["Adair"], "Not seen.")],
        )  # fmt: skip
    assert case.owner == Position.objects.get(source_key="clerk_0")


def try_enough(case: CaseFile) -> None:
    """All kinds of contacts, more than 15 school days ago."""
    with as_role("loader"):
        for kind in KINDS:
            add_note(BUILDER, case=case, kind=kind, text="Tried.", at=AT - timedelta(days=30))


@pytest.mark.parametrize(("whereabouts", "opened"), [("unknown", ["phoning"]), ("known", [])])
def test_who_is_given_up_and_known_to_nobody_is_looked_for(
    world: World, whereabouts: str, opened: list[str]
) -> None:
    specialist, case = person("okafor"), world.cases["Adair"]
    try_enough(case)
    with acting(specialist):
        take_step(specialist, case=case, step="take_up")
        take_step(specialist, case=case, step="give_up",
                  answers={"attempts": "Five kinds.", "whereabouts": whereabouts})  # fmt: skip
        found = CaseFile.objects.filter(workflow="lost_child", student=world.students["Adair"])
        assert [each.state for each in found] == opened


def test_a_restricted_case_that_is_given_up_tells_nobody(world: World) -> None:
    lead = person("liaison")
    case = world.cases["Brisa"]
    with as_role("loader"):
        CaseFile.objects.filter(pk=case.pk).update(owner=lead.roles[0].position_id)
    try_enough(case)
    with acting(lead):
        take_step(lead, case=case, step="take_up")
        take_step(lead, case=case, step="give_up",
                  answers={"attempts": "Five kinds.", "whereabouts": "unknown"})  # fmt: skip
    with as_role("loader"):
        assert not CaseFile.objects.filter(workflow="lost_child").exists()
