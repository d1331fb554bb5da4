"""What the night found is told in the language of who reads, from the rule and its figures."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from bascule.cases.models import CaseFile
from bascule.kernel.actor import NIGHTLY
from bascule.mobility.actions.flags import keep_flags
from bascule.mobility.actions.found_cases import open_found_cases
from bascule.mobility.models import Flag
from bascule.roster.rules import RULES, Figures, finding
from bascule.web.templatetags.bascule import reason
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
BEGAN = date(2026, 11, 2)
Browse = Callable[[str], Client]
AsLoader = Callable[[], AbstractContextManager[None]]
SAID: list[tuple[str, Figures, str, str]] = [
    (
        "highly_mobile",
        {"moves_short": 2, "moves_long": 1, "days_out": 10},
        "Changed schools 2 times in 12 months and 1 time in 36, promotions not counted; enrolled "
        "nowhere for 10 school days in between.",
        "Cambió de escuela 2 veces en 12 meses y 1 vez en 36, sin contar promociones; entretanto, "
        "10 días de clases sin escuela.",
    ),
    (
        "highly_mobile",
        {"moves_short": 2, "moves_long": 2, "days_out": 9},
        "Changed schools 2 times in 12 months and 2 times in 36, promotions not counted.",
        "Cambió de escuela 2 veces en 12 meses y 2 veces en 36, sin contar promociones.",
    ),
    (
        "enrollment_gap",
        {"school_days": 14},
        "Enrolled nowhere since Nov 2, 2026, for more than 10 school days.",
        "Sin escuela desde el 2 de noviembre de 2026, hace más de 10 días de clases.",
    ),
    (
        "same_school_re_entry",
        {"days": 1, "school_days": 1, "exit_code": ""},
        "Withdrawn without a code and back at the same school 1 day later, missing 1 school day.",
        "Dado de baja sin código y de vuelta en la misma escuela 1 día después; faltó 1 día de "
        "clases.",
    ),
    (
        "unproven_transfer",
        {"days": 18, "deadline": "2027-07-31", "past_deadline": 0, "exit_code": "33"},
        "Left on Nov 2, 2026 with code 33 and nothing proves the new school; counts as a dropout "
        "after Jul 31, 2027.",
        "Se fue el 2 de noviembre de 2026 con código 33 y nada prueba la nueva escuela; contará "
        "como abandono después del 31 de julio de 2027.",
    ),
    (
        "did_not_arrive",
        {"exit_code": ""},
        "Expected on the first day of school and absent without excuse.",
        "Se le esperaba el primer día de clases y faltó sin justificación.",
    ),
    (
        "overlap",
        {"days": 3, "other_school": 1},
        "Claimed by two schools since Nov 2, 2026.",
        "Dos escuelas lo declaran desde el 2 de noviembre de 2026.",
    ),
]


@pytest.mark.parametrize(("rule", "figures", "english", "spanish"), SAID)
def test_every_rule_says_the_same_in_both_languages(
    rule: str, figures: Figures, english: str, spanish: str
) -> None:
    because = finding(RULES[rule], "1", BEGAN, figures).because
    flag = Flag(rule=rule, version=1, began_on=BEGAN, figures=figures, because=because)
    assert (because, reason(flag)) == (english, english)
    with override("es"):
        assert reason(flag) == spanish


@pytest.mark.parametrize(
    ("rule", "figures", "stored"),
    [
        ("enrollment_gap", {"school_days": 14}, "What an older version of the rule said."),
        ("highly_mobile", {}, "Changed schools twice."),
        ("a_rule_that_is_gone", {}, "Said by a rule that is gone."),
    ],
)
def test_what_cannot_be_told_anew_is_shown_as_it_is_stored(
    rule: str, figures: Figures, stored: str
) -> None:
    flag = Flag(rule=rule, version=1, began_on=BEGAN, figures=figures, because=stored)
    with override("es"):
        assert reason(flag) == stored


def test_what_a_person_wrote_stays_in_their_words() -> None:
    with override("es"):
        assert reason(CaseFile(reason="The school asked.", particulars={})) == "The school asked."


def test_a_students_page_tells_flags_and_cases_of_the_night_in_spanish(
    world: World, browse: Browse, as_loader: AsLoader
) -> None:
    student = world.students["Adair"]
    gone = finding(RULES["enrollment_gap"], str(student.school_id), BEGAN, {"school_days": 14})
    with as_loader():
        a_year_ago = AT - timedelta(days=365)
        CaseFile.objects.filter(student=student).update(
            opened_at=a_year_ago, closed_at=AT, due_at=None
        )
        keep_flags(rule="enrollment_gap", found=[(student.pk, gone)], at=AT)
        [case] = open_found_cases(NIGHTLY, rule="enrollment_gap", found=[(student.pk, gone)], at=AT)
    client = browse("lead")
    english = client.get(f"/students/{student.uuid}/").content.decode()
    assert f"{gone.because} Last at {student.school}." in english
    client.cookies["django_language"] = "es"
    for address in (f"/students/{student.uuid}/", f"/cases/{case.uuid}/", "/cases/"):
        page = client.get(address).content.decode()
        assert f"más de 10 días de clases. Última escuela: {student.school}." in page
        assert gone.because not in page


def test_two_schools_that_claim_a_student_are_named_in_spanish(
    world: World, as_loader: AsLoader
) -> None:
    student, other = world.students["Adair"], world.students["Escobar"].school
    figures: Figures = {"days": 3, "other_school": str(other.pk)}
    both = finding(RULES["overlap"], str(student.school_id), BEGAN, figures)
    with as_loader():
        a_year_ago = AT - timedelta(days=365)
        CaseFile.objects.filter(student=student).update(
            opened_at=a_year_ago, closed_at=AT, due_at=None
        )
        [case] = open_found_cases(NIGHTLY, rule="overlap", found=[(student.pk, both)], at=AT)
    assert reason(case) == case.reason
    assert case.reason == f"{other} and {student.school} both claim this student since Nov 2, 2026."
    with override("es"):
        assert reason(case) == (
            f"{other} y {student.school} declaran a este estudiante desde el 2 de noviembre de "
            "2026."
        )
