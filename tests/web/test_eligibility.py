"""The rules of eligibility on a case's page: shown, decided by a person, kept with the step."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.mobility.models import OptionsProgram
from bascule.roster.models import Mark, ProgramSpell, Student
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]
TOO_YOUNG, NINETEEN, SEVENTEEN = date(2013, 1, 9), date(2007, 11, 20), date(2009, 5, 2)


@pytest.fixture
def request_of(world: World, as_loader: AsLoader) -> Callable[[date | None], CaseFile]:
    """`request_of(birth_on)`: Adair's transfer in the eligibility check, 7.5 credits earned."""

    def opened(birth_on: date | None) -> CaseFile:
        with as_loader():
            student = world.students["Adair"]
            Student.objects.filter(pk=student.pk).update(birth_on=birth_on)
            Mark.objects.create(
                student=student, school=student.school, school_year=2026, term="S2", course="b",
                credits_earned=Decimal("7.5"), source="sis", source_key="earned",
            )  # fmt: skip
            opening = Opening(student, "Asked.")
            [case] = open_cases(BUILDER, workflow="options_transfer", openings=[opening], at=AT)
            CaseFile.objects.filter(pk=case.pk).update(state="eligibility")
            return case

    return opened


def page(client: Client, case: CaseFile) -> str:
    answer = client.get(f"/cases/{case.uuid}/")
    assert answer.status_code == 200
    return answer.content.decode()


def panel(client: Client, case: CaseFile) -> str:
    return page(client, case).split('<h2 id="eligibility">')[1].split("</section>")[0]


def decide(client: Client, case: CaseFile, step: str, **said: str) -> tuple[int, str]:
    answers = {f"ask_{key}": words for key, words in said.items()}
    answer = client.post(f"/cases/{case.uuid}/steps/{step}/", {"revision": "1", **answers})
    return answer.status_code, answer.content.decode()


def state_of(case: CaseFile, as_loader: AsLoader) -> str:
    with as_loader():
        return CaseFile.objects.get(pk=case.pk).state


def test_each_rule_says_the_fact_its_source_and_what_lifts_it(
    request_of: Callable[[date | None], CaseFile], browse: Browse
) -> None:
    shown = panel(browse("okafor"), request_of(TOO_YOUNG))
    assert "The student is 13; Options schools take ages 15 to 21." in shown
    assert shown.count("Does not pass") == 1
    assert "as an exception with its reason" in shown
    assert "7.5 credits are earned. Programs that take this number: 1 of 1." in shown
    assert "Yes: 16.5 credits left, at 1.5 a semester 11 semesters" in shown
    assert "Enrolled at Harbor Point High School" in shown
    assert "105 ILCS 5/26-2(b)" in shown
    assert "assumed since Nov 23, 2026" in shown


def test_it_is_told_in_spanish(
    request_of: Callable[[date | None], CaseFile], browse: Browse
) -> None:
    client = browse("okafor")
    client.post("/language/", {"language": "es"})
    shown = panel(client, request_of(TOO_YOUNG))
    assert "El estudiante tiene 13; las escuelas de Opciones aceptan de 15 a 21 años." in shown
    assert "No cumple" in shown
    assert "Does not" not in shown


def test_only_the_check_shows_it_and_only_to_who_sees_the_case(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(SEVENTEEN)
    for reader in ("lead", "okafor", "counselor_0"):
        assert 'id="eligibility"' in page(browse(reader), case), reader
    for stranger in ("chief_1", "clerk_1"):
        assert browse(stranger).get(f"/cases/{case.uuid}/").status_code == 404, stranger
    with as_loader():
        CaseFile.objects.filter(pk=case.pk).update(state="prevention")
    assert 'id="eligibility"' not in page(browse("lead"), case)


def test_a_rule_that_does_not_pass_asks_for_a_reason_and_denies_nobody(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case, client = request_of(TOO_YOUNG), browse("okafor")
    status, shown = decide(client, case, "pass_eligibility", exception="  ")
    assert (status, state_of(case, as_loader)) == (409, "eligibility")
    assert "This does not pass: Age. Say why the request goes on, or deny it." in shown
    assert decide(client, case, "pass_eligibility", exception="The Lead agreed.")[0] == 302
    assert state_of(case, as_loader) == "prevention"
    history = page(client, case).split('<h2 id="history">')[1]
    assert "The Lead agreed." in history
    assert "The student is 13; Options schools take ages 15 to 21." in history


def test_what_was_found_stays_as_it_was_and_is_told_in_the_readers_language(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case, client = request_of(SEVENTEEN), browse("okafor")
    assert decide(client, case, "pass_eligibility")[0] == 302
    with as_loader():
        Student.objects.filter(pk=case.student_id).update(birth_on=TOO_YOUNG)
        kept = case.transitions.get(step="pass_eligibility").answers["eligibility"]
    assert (kept["version"], len(kept["findings"])) == (1, 8)
    client.post("/language/", {"language": "es"})
    history = page(client, case).split('<h2 id="history">')[1]
    assert "El estudiante tiene 17;" in history
    assert "eligibility" not in history


def test_who_does_not_work_the_case_does_not_decide(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(SEVENTEEN)
    for other in ("counselor_0", "clerk_0", "principal_0", "auditor"):
        for step in ("pass_eligibility", "deny"):
            said = {"why": "No.", "due_process": "held"} if step == "deny" else {}
            assert decide(browse(other), case, step, **said)[0] == 404, (other, step)
    assert decide(browse("chief_1"), case, "pass_eligibility")[0] == 404
    assert state_of(case, as_loader) == "eligibility"


@pytest.mark.parametrize("birth_on", [NINETEEN, None])
def test_from_19_on_a_denial_says_whether_due_process_was_held(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader,
    birth_on: date | None,
) -> None:  # fmt: skip
    case, client = request_of(birth_on), browse("okafor")
    status, shown = decide(client, case, "deny", why="Too old.")
    assert (status, state_of(case, as_loader)) == (409, "eligibility")
    assert "say whether due process was held" in shown
    assert decide(client, case, "deny", why="Too old.", due_process="held")[0] == 302
    assert state_of(case, as_loader) == "denied"
    assert "Held, with counseling and other ways named" in page(client, case)


def test_before_19_a_denial_needs_its_reason_alone(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(SEVENTEEN)
    assert decide(browse("okafor"), case, "deny", why="Close to a diploma.")[0] == 302
    assert state_of(case, as_loader) == "denied"


def test_no_rule_keeps_anybody_from_being_enrolled_today(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(TOO_YOUNG)
    assert decide(browse("counselor_0"), case, "enroll_at_once")[0] == 302
    assert state_of(case, as_loader) == "at_once"


def test_whether_a_student_has_a_plan_a_language_or_a_home_changes_nothing(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(SEVENTEEN)
    before = {who: panel(browse(who), case) for who in ("okafor", "counselor_0", "liaison")}
    with as_loader():
        ProgramSpell.objects.filter(student=case.student_id).delete()
        for program in ("iep", "el", "section_504"):
            ProgramSpell.objects.create(
                student_id=case.student_id, program=program, starts_on=AT.date(), source="sis",
                source_key=program,
            )  # fmt: skip
        openings = [Opening(case.student, "Needs it.")] if case.student else []
        for kind in ("iep_seat", "el_program", "homeless_dispute"):
            open_cases(BUILDER, workflow=kind, openings=openings, at=AT)
    for who, shown in before.items():
        assert panel(browse(who), case) == shown, who


def test_a_residency_dispute_is_named_and_no_restricted_one(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case = request_of(SEVENTEEN)
    with as_loader():
        opening = Opening(case.student, "Letters come back.")  # type: ignore[arg-type]
        [dispute] = open_cases(BUILDER, workflow="residency_dispute", openings=[opening], at=AT)
    told = "A residency dispute is open"
    assert told in panel(browse("okafor"), case)
    with as_loader():
        CaseFile.objects.filter(pk=dispute.pk).update(tier="restricted")
    for reader in ("okafor", "liaison"):
        assert told not in panel(browse(reader), case)


def test_the_number_of_queries_does_not_grow_with_the_programs(
    request_of: Callable[[date | None], CaseFile], browse: Browse, as_loader: AsLoader
) -> None:
    case, client, counted = request_of(SEVENTEEN), browse("okafor"), []
    panel(client, case)
    for more in (3, 300):
        with as_loader():
            school = OptionsProgram.objects.all()[0].school
            OptionsProgram.objects.bulk_create(
                OptionsProgram(school=school, name=f"Program {more}-{n}") for n in range(more)
            )
        with (
            CaptureQueriesContext(connection) as queries,
            CaptureQueriesContext(connections["ledger"]),
        ):
            panel(client, case)
        counted.append(len(queries))
    assert counted[0] == counted[1]
