"""The groups in the nightly snapshot: race by the federal rule, programs as they stand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.roster.models import Demographics, ProgramSpell, Student

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
COLUMNS = ("race", "low_income", "english_learner", "iep", "homeless")


def student(key: str, **races: bool) -> Student:
    made = Student.objects.create(number=key, family_name="I", source="sis", source_key=key)
    if races:
        named = {f"is_{race}": value for race, value in races.items()}
        Demographics.objects.create(student=made, source="sis", source_key=key, **named)
    return made


def groups() -> dict[str, tuple[object, ...]]:
    keys = dict(Student.objects.values_list("id", "number"))
    with connection.cursor() as cursor:
        cursor.execute(named_sql("ops", "snapshot_students"))
        return {keys[row[0]]: tuple(row[3:]) for row in cursor.fetchall()}


def test_race_is_hispanic_first_then_two_or_more_then_the_one_reported(as_loader: Loader) -> None:
    with as_loader():
        student("hispanic", hispanic=True, black=True)
        student("two", asian=True, white=True, hispanic=False)
        student("said two", of_two_or_more_races=True)
        student("one", black=True, white=False)
        student("none", black=False)
        student("unknown")
        assert {name: row[0] for name, row in groups().items()} == {
            "hispanic": "hispanic", "two": "two_or_more", "said two": "two_or_more",
            "one": "black", "none": None, "unknown": None,
        }  # fmt: skip


def test_a_program_that_nobody_lists_is_unknown_and_a_listed_one_is_yes_or_no(
    as_loader: Loader,
) -> None:
    with as_loader():
        for key, program, ends_on, ended_at in (
            ("now", "iep", None, None),
            ("over", "iep", date(2026, 1, 9), None),
            ("taken back", "homeless", None, datetime(2026, 1, 9, tzinfo=UTC)),
        ):
            ProgramSpell.objects.create(
                student=student(key), program=program, starts_on=date(2025, 9, 1), ends_on=ends_on,
                ended_at=ended_at, source="sis", source_key=key,
            )  # fmt: skip
        found = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in groups().items()}
        assert {name: (row["iep"], row["homeless"]) for name, row in found.items()} == {
            "now": (True, False), "over": (False, False), "taken back": (False, False),
        }  # fmt: skip
        assert {(row["low_income"], row["english_learner"]) for row in found.values()} == {
            (None, None)
        }
