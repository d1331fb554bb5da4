"""Scenarios: masked, from ten students on; all answered right before a version is signed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.procedures import sign_procedure
from bascule.mobility.actions.scenarios import add_scenario
from bascule.mobility.models import ProcedureScenario, ProcedureSignature, ProcedureVersion
from bascule.mobility.queries import failures
from bascule.roster.models import Student
from tests.world import AT, World, restrict

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
As = Callable[[str], AbstractContextManager[None]]
Find = Callable[[str], Actor]
Loading = Callable[[], AbstractContextManager[None]]
TODAY, DAY = AT.date(), timedelta(days=1)
STOOD = timedelta(hours=51, minutes=30)  # half-up: 52 hours
PATTERN = "reengagement|found||9-12"
SAID = {
    "failure": PATTERN, "question": "Nobody answers the phone. What now?",
    "text-1": "Wait a week", "text-2": "Visit the home", "right": "1",
    "why": "Waiting loses days.", "passage": "visit the same week",
}  # fmt: skip
SECOND = {**SAID, "question": "Who goes?", "text-1": "Two", "text-2": "One", "right": "0",
          "why": "Never alone.", "passage": "Two people go"}  # fmt: skip


@pytest.fixture(autouse=True)
def morning(world: World) -> Iterator[None]:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def failed(world: World, as_loader: Loading) -> None:
    """Every case closed too late; two of the twelve are restricted, so ten students are left."""
    with as_loader():
        Transition.objects.update(at=AT - STOOD)
        for case in CaseFile.objects.all():
            Transition.objects.create(
                case=case, step="close", from_state="found", to_state="closed", at=AT, user_id=1,
                actor_name="Bea Nowak", was_late=True,
            )  # fmt: skip
        CaseFile.objects.update(closed_at=AT, due_at=None)


@pytest.fixture
def version(failed: None, browse: Browse) -> ProcedureVersion:
    """A version that the specialists sign, with two scenarios."""
    said = {
        "title": "Home visits", "office": "Options Network", "link": "",
        "words": "If nobody answers, visit the same week. Two people go.",
        "starts_on": str(TODAY - 30 * DAY), "signers": ["transition_specialist"],
    }  # fmt: skip
    assert browse("lead").post("/procedures/", said).status_code == 302
    found = ProcedureVersion.objects.get()
    for scenario in (SAID, SECOND):
        assert browse("lead").post(f"{address(found)}scenarios/", scenario).status_code == 302
    return found


def address(version: ProcedureVersion) -> str:
    return f"/procedures/{version.procedure.uuid}/"


def shown(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def totals() -> list[tuple[int, int]]:
    return list(ProcedureScenario.objects.values_list("tries", "wrong"))


def test_who_signs_answers_until_all_is_right_and_learns_why_on_the_way(
    version: ProcedureVersion, browse: Browse
) -> None:
    okafor = browse("okafor")
    page = shown(okafor, address(version))
    assert ("Nobody answers the phone." in page, "52 hours in this state" in page) == (True, True)
    assert "Waiting loses days." not in page
    answer = okafor.post(address(version), {"number": "1", "answer-1": "0", "answer-2": "0"})
    told = answer.content.decode()
    assert answer.status_code == 409
    assert ("Waiting loses days." in told, "Never alone." in told) == (True, False)
    assert "<blockquote><p>visit" in told or "<blockquote>visit the same week" in told
    assert (ProcedureSignature.objects.count(), totals()) == (0, [(1, 1), (1, 0)])
    right = {"number": "1", "answer-1": "1", "answer-2": "0"}
    assert okafor.post(address(version), right).status_code == 302
    assert (ProcedureSignature.objects.count(), totals()) == (1, [(2, 1), (2, 0)])
    assert "Never alone." in shown(okafor, address(version))


def test_the_page_is_the_same_whichever_answer_is_right(
    version: ProcedureVersion, browse: Browse, as_loader: Loading
) -> None:
    """The right answer cannot be read from what has not been answered yet."""
    okafor, pages = browse("okafor"), []
    for right in (0, 1):
        with as_loader():
            ProcedureScenario.objects.update(right=right, why=f"Reason {right}")
        pages.append(shown(okafor, address(version)).split("<fieldset", 1)[1].split("<button")[0])
    assert pages[0] == pages[1]
    assert "Reason" not in pages[0]


@pytest.mark.parametrize("said", [{}, {"answer-1": "1"}, {"answer-1": "1", "answer-2": "x"}])
def test_a_question_without_an_answer_is_asked_again_and_no_try_is_counted(
    version: ProcedureVersion, browse: Browse, said: dict[str, str]
) -> None:
    answer = browse("okafor").post(address(version), {"number": "1", **said})
    assert (answer.status_code, totals()) == (409, [(0, 0), (0, 0)])
    assert "Waiting loses days." not in answer.content.decode()
    assert not ProcedureSignature.objects.exists()


def test_who_may_not_sign_is_asked_nothing_and_counts_no_try(
    version: ProcedureVersion, actor: Find, as_person: As, browse: Browse
) -> None:
    assert "Nobody answers the phone." not in shown(browse("liaison"), address(version))
    with as_person("liaison"), pytest.raises(NotPermitted):
        sign_procedure(actor("liaison"), version=version, answers={1: 0, 2: 1})
    assert totals() == [(0, 0), (0, 0)]


def test_a_pattern_needs_ten_students_in_the_open_tier(
    failed: None, world: World, actor: Find, as_person: As, as_loader: Loading
) -> None:
    with as_person("lead"):
        found = [(each.key, each.hours, each.students) for each in failures(actor("lead"), AT)]
        assert found == [(PATTERN, 52, 10)]
        assert failures(actor("lead"), AT + 366 * DAY) == []
    with as_loader():
        restrict(world.cases["Adair"])
    with as_person("lead"):
        assert failures(actor("lead"), AT) == []


def test_grade_bands_and_root_causes_are_patterns_of_their_own(
    failed: None, actor: Find, as_person: As, as_loader: Loading
) -> None:
    with as_loader():
        Transition.objects.filter(step="close").update(answers={"root_cause": "no_answer"})
    with as_person("lead"):
        found = [(each.key, each.root_cause) for each in failures(actor("lead"), AT)]
    assert found == [("reengagement|found|no_answer|9-12", "no_answer")]
    with as_loader():
        Student.objects.filter(family_name="Adair").update(grade="08")
    with as_person("lead"):
        assert failures(actor("lead"), AT) == []
    with as_loader():
        Student.objects.update(grade="KG")
    with as_person("lead"):
        assert [each.grade_band for each in failures(actor("lead"), AT)] == ["PK-8"]


def test_what_was_in_time_or_is_still_open_is_no_failure(
    failed: None, world: World, actor: Find, as_person: As, as_loader: Loading
) -> None:
    with as_loader():
        Transition.objects.filter(case=world.cases["Adair"]).update(was_late=False)
    with as_person("lead"):
        assert failures(actor("lead"), AT) == []
    with as_loader():
        Transition.objects.filter(step="close").update(was_late=True)
        CaseFile.objects.filter(pk=world.cases["Deng"].pk).update(closed_at=None, due_at=AT)
    with as_person("lead"):
        assert failures(actor("lead"), AT) == []


def test_nothing_of_a_case_is_kept_but_its_pattern(version: ProcedureVersion, world: World) -> None:
    kept = {field.name for field in ProcedureScenario._meta.get_fields()}
    assert kept == {
        "id", "version", "number", "workflow", "state", "root_cause", "grade_band", "hours",
        "question", "answers", "right", "why", "passage", "tries", "wrong", "written_by",
        "written_name", "written_at",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["okafor", "desk", "clerk_0", "chief_0", "auditor"])
def test_only_the_lead_writes_scenarios_and_sees_the_failures(
    version: ProcedureVersion, browse: Browse, actor: Find, as_person: As, who: str
) -> None:
    for answer in (browse(who).get(f"{address(version)}scenarios/"),
                   browse(who).post(f"{address(version)}scenarios/", SAID)):  # fmt: skip
        assert answer.status_code in (403, 404)
        assert "Waiting loses days." not in answer.content.decode()
    with as_person(who), pytest.raises(NotPermitted):
        add_scenario(
            actor(who), version=version, failure=PATTERN, question="?", answers=("a", "b"),
            right=0, why="x", passage="Two",
        )  # fmt: skip
    assert ProcedureScenario.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"failure": "reengagement|found||PK-8"},
        {"question": " "},
        {"why": ""},
        {"passage": "what the text does not say"},
        {"text-2": ""},
        {"text-2": "Wait a week"},
        {"text-2": "", "text-3": "Visit the home"},
        {"right": "3"},
        {"right": "one"},
        {"question": "x" * 801},
    ],
)
def test_what_is_no_scenario_is_refused_and_nothing_is_kept(
    version: ProcedureVersion, browse: Browse, wrong: dict[str, str]
) -> None:
    answer = browse("lead").post(f"{address(version)}scenarios/", {**SAID, **wrong})
    assert (answer.status_code, ProcedureScenario.objects.count()) == (409, 2)
    if "right" not in wrong and "text-2" not in wrong:  # what was written stays in the form
        assert 'value="Visit the home"' in answer.content.decode()
        assert '<option value="1" selected>' in answer.content.decode()


def test_a_version_that_is_signed_gets_no_scenario_more(
    version: ProcedureVersion, browse: Browse, actor: Find, as_person: As
) -> None:
    with as_person("okafor"):
        assert sign_procedure(actor("okafor"), version=version, answers={1: 1, 2: 0}) is not None
    with as_person("lead"), pytest.raises(Refusal) as refused:
        add_scenario(
            actor("lead"), version=version, failure=PATTERN, question="?", answers=("a", "b"),
            right=0, why="x", passage="Two",
        )  # fmt: skip
    assert refused.value.code == "signed"


def test_tries_are_told_only_from_ten_signatures_on(
    version: ProcedureVersion, browse: Browse, as_loader: Loading
) -> None:
    where = f"{address(version)}scenarios/"
    with as_loader():
        ProcedureScenario.objects.update(tries=14, wrong=5)
    assert "14 tries" not in shown(browse("lead"), where)
    okafor = Person.objects.get(source_key="okafor")
    with as_loader():
        for year in range(2018, 2028):
            ProcedureSignature.objects.create(
                version=version, person=okafor, school_year=year, signed_at=AT
            )
    assert "14 tries, 5 wrong" in shown(browse("lead"), where)


def test_the_page_of_failures_asks_as_often_for_four_scenarios_as_for_two(
    version: ProcedureVersion, browse: Browse
) -> None:
    lead, where, counted = browse("lead"), f"{address(version)}scenarios/", []
    for _ in range(2):
        lead.get(where)
        with CaptureQueriesContext(connection) as queries:
            lead.get(where)
        counted.append(len(queries))
        lead.post(where, SAID)
        lead.post(where, SECOND)
    assert counted[0] == counted[1]
