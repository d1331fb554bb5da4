"""The first load builds constraints at once, and leaves exactly those that were there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from bascule.directory.models import Organization
from bascule.roster.actions.first_load import checks_at_once
from bascule.roster.models import EnrollmentClaim, Stint, Student
from tests.databases import as_role

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
TABLES = (
    "('roster_enrollmentclaim'::regclass, 'roster_stint'::regclass, 'roster_student'::regclass)"
)
GUARDS = {
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid),"
    f" convalidated from pg_constraint where conrelid in {TABLES}",
    "indexes": f"select pg_get_indexdef(indexrelid) from pg_index where indrelid in {TABLES}",
    "security": "select relname, relrowsecurity, relforcerowsecurity from pg_class"
    f" where oid in {TABLES}",
    "triggers": "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger"
    f" where tgrelid in {TABLES} and not tgisinternal",
}


def guards() -> dict[str, set[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, query in GUARDS.items():
            cursor.execute(query)
            found[name] = set(cursor.fetchall())
    return found


@pytest.fixture
def empty(db: None) -> None:
    """Both tables as a new district has them: without a page on the disk."""
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("truncate roster_stint, roster_enrollmentclaim")


def claim(**changed: object) -> EnrollmentClaim:
    student, _ = Student.objects.get_or_create(source="sis", source_key="first", number="1")
    school = Organization.objects.get(source_key="S101")
    values = {
        "student": student, "school": school, "starts_on": date(2026, 8, 24),
        "source": "sis", "source_key": "a", "known_from": "2026-11-20T11:00:00Z", **changed,
    }  # fmt: skip
    return EnrollmentClaim.objects.create(**values)


def stint(of: EnrollmentClaim, **changed: object) -> Stint:
    values = {
        "student_id": of.student_id, "school_id": of.school_id, "school_year": 2027,
        "starts_on": of.starts_on, "claim_id": of.pk, **changed,
    }  # fmt: skip
    return Stint.objects.create(**values)


def test_every_guard_stands_again_after_the_first_rows(empty: None, as_loader: Loader) -> None:
    before = guards()
    with as_loader():
        with checks_at_once("claims"):
            assert len(guards()["constraints"]) == len(before["constraints"]) - 6
            stint(claim())
        assert guards() == before
        assert Stint.objects.count() == 1
        with pytest.raises(IntegrityError, match="stint_one_a_day"), transaction.atomic():
            stint(EnrollmentClaim.objects.get(), starts_on=date(2026, 9, 1))


def expected_rows(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) {query}")
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def test_the_planner_knows_the_tables_that_were_just_filled(empty: None, as_loader: Loader) -> None:
    """It took them for empty, and joined a district of 80,000 row by row, for hours."""
    open_claims = "select from roster_enrollmentclaim where known_until is null and source = 'sis'"
    with as_loader():
        with checks_at_once("claims"):
            for number in range(40):
                claim(source_key=f"key {number}")
        assert expected_rows(open_claims) == 40


def two_stints_on_one_day() -> None:
    one = claim()
    stint(one)
    stint(one, starts_on=date(2026, 9, 1))


def one_key_twice() -> None:
    claim()
    claim(starts_on=date(2026, 9, 1))


def load(broken: Callable[[], object]) -> None:
    with transaction.atomic(), checks_at_once("claims"):
        broken()


@pytest.mark.parametrize(
    ("broken", "guard"),
    [
        (two_stints_on_one_day, "stint_one_a_day"),
        (one_key_twice, "claim_once_per_source"),
        (lambda: stint(claim(), student_id=10**9), "student_id"),
        (lambda: stint(claim(), school_id=10**9), "school_id"),
        (lambda: stint(claim(), claim_id=10**9), "claim_id"),
    ],
)
def test_rows_that_break_a_guard_fail_at_the_end(
    broken: Callable[[], object], guard: str, empty: None, as_loader: Loader
) -> None:
    before = guards()
    with as_loader():
        with pytest.raises(IntegrityError, match=guard):
            load(broken)
        assert guards() == before


def test_with_rows_in_the_tables_nothing_is_laid_aside(as_loader: Loader) -> None:
    with as_loader():
        one = claim()
        before = guards()
        with checks_at_once("claims"):
            assert guards() == before
            stint(one)
            with pytest.raises(IntegrityError, match="stint_one_a_day"), transaction.atomic():
                stint(one, starts_on=date(2026, 9, 1))


def test_the_first_students_are_indexed_at_once_and_later_ones_are_not(
    empty: None, as_loader: Loader
) -> None:
    before = guards()
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("truncate roster_student cascade")
    with as_loader():
        with checks_at_once("students"):
            assert len(guards()["indexes"]) < len(before["indexes"]) - 5
            Student.objects.create(source="sis", source_key="first", number="1")
        assert guards() == before
        with checks_at_once("students"):
            assert guards() == before


def test_nobody_but_the_loader_may_lay_guards_aside(db: None) -> None:
    for function in ("roster_lay_aside(text)", "roster_take_up()"):
        with connection.cursor() as cursor:
            cursor.execute(
                "select rolname from pg_roles where rolname like 'bascule\\_%%' and"
                " has_function_privilege(rolname, %s, 'execute') order by 1",
                [function],
            )
            found = [name for (name,) in cursor.fetchall()]
        assert found == ["bascule_loader", "bascule_migrator", "bascule_owner"]
