"""A flag stands while its finding does, and says what the night finds now."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from bascule.mobility.actions.flags import keep_flags
from bascule.mobility.models import Flag
from bascule.roster.models import Student
from bascule.roster.rules import Finding
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
RULE = "enrollment_gap"


@pytest.fixture
def student(
    world: World, as_loader: Callable[[], AbstractContextManager[None]]
) -> Iterator[Student]:
    with as_loader():
        Flag.objects.all().delete()
        yield world.students["Adair"]


def night(student: Student, *found: Finding, days: int = 0) -> dict[str, int]:
    with transaction.atomic():
        return keep_flags(
            rule=RULE, found=[(student.pk, each) for each in found], at=AT + timedelta(days=days)
        )


def test_a_flag_is_added_once_renewed_when_it_reads_otherwise_and_cleared(
    student: Student,
) -> None:
    began = date(2026, 11, 2)
    gone = Finding(RULE, 1, str(student.school_id), began, "Gone since Nov 2.", {"school_days": 12})
    later = replace(gone, figures={"school_days": 13})
    corrected = replace(later, because="Gone since Nov 2, with code 33.", version=2)
    assert night(student, gone) == {"true": 1, "new": 1, "renewed": 0, "cleared": 0}
    assert night(student, later, days=1) == {"true": 1, "new": 0, "renewed": 0, "cleared": 0}
    assert night(student, corrected, days=2) == {"true": 1, "new": 0, "renewed": 1, "cleared": 0}
    [flag] = Flag.objects.all()
    assert (flag.because, flag.version, flag.figures, flag.found_at) == (
        "Gone since Nov 2, with code 33.", 2, {"school_days": 13}, AT,
    )  # fmt: skip
    assert night(student, days=3) == {"true": 0, "new": 0, "renewed": 0, "cleared": 1}


def test_two_findings_of_one_day_are_one_flag_that_reads_as_the_first(student: Student) -> None:
    began = date(2026, 11, 2)
    one = Finding(RULE, 1, str(student.school_id), began, "Gone since Nov 2.", {"school_days": 12})
    two = replace(one, because="Away since Nov 2.")
    assert night(student, one, two) == {"true": 2, "new": 1, "renewed": 0, "cleared": 0}
    assert night(student, two, one, days=1) == {"true": 2, "new": 0, "renewed": 0, "cleared": 0}
    assert [flag.because for flag in Flag.objects.all()] == ["Away since Nov 2."]
    assert night(student, one, days=2) == {"true": 1, "new": 0, "renewed": 1, "cleared": 0}
    assert [flag.because for flag in Flag.objects.all()] == ["Gone since Nov 2."]


def test_a_flag_of_another_rule_is_left_alone(student: Student) -> None:
    began = date(2026, 11, 2)
    other = Flag.objects.create(
        student=student, school=student.school, rule="overlap", version=1, began_on=began,
        because="Claimed by two schools.", found_at=AT,
    )  # fmt: skip
    assert night(student) == {"true": 0, "new": 0, "renewed": 0, "cleared": 0}
    other.refresh_from_db()
    assert other.cleared_at is None


def drawn(draw: random.Random, school: str) -> Finding:
    because, began = draw.choice(("Gone.", "Away.", "Missed.")), date(2026, 11, draw.randint(1, 5))
    return Finding(RULE, draw.randint(1, 2), school, began, because, {"n": draw.randint(1, 3)})


@pytest.mark.parametrize("seed", range(3))
def test_after_any_nights_what_stands_is_what_the_last_one_found(
    student: Student, seed: int
) -> None:
    draw = random.Random(seed)
    for days in range(6):
        found = [drawn(draw, str(student.school_id)) for _ in range(draw.randint(0, 6))]
        night(student, *found, days=days)
        standing = Flag.objects.filter(rule=RULE, cleared_at=None)
        first = sorted(found, key=lambda each: each.because, reverse=True)
        assert {flag.began_on: flag.because for flag in standing} == {
            each.began_on: each.because for each in first
        }
        versions = {(each.began_on, each.because, each.version) for each in found}
        assert {(flag.began_on, flag.because, flag.version) for flag in standing} <= versions
