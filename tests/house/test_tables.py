"""Every table with a student in it is under forced row-level security; every grant is written."""

import re
from importlib.resources import files

import pytest
from django.apps import apps
from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.ops.fingerprint import meaning
from tests.databases import as_role

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
GRANTS = files("bascule.ops.cluster").joinpath("grants.sql").read_text(encoding="utf-8")


def rows(query: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_every_table_with_a_student_is_protected() -> None:
    assert rows(named_sql("ops", "unprotected_tables")) == []


def test_no_serving_role_can_pass_row_level_security_by() -> None:
    assert rows(named_sql("ops", "unsafe_roles")) == []


def test_every_table_of_ours_is_named_in_the_grants() -> None:
    named = set(re.findall(r"\b[a-z]+_[a-z_]+\b", GRANTS))
    ours = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("bascule.")
    }
    assert ours - named == set()


def test_the_meaning_of_every_row_can_be_asked_of_the_database() -> None:
    """A table that others refer to has a natural key, or the fingerprint stops at it."""
    asked = [model for model in apps.get_models() if model.__module__.startswith("bascule.")]
    assert asked
    with as_role("owner"):
        for model in asked:
            rows(f"explain select {meaning(model)} from {model._meta.db_table} t")


def test_the_serving_role_writes_no_enrollment() -> None:
    tables = ("roster_student", "roster_enrollmentclaim", "roster_stint")
    verbs = ("insert", "update", "delete")
    may = [
        (table, verb)
        for table in tables
        for verb in verbs
        if rows(f"select has_table_privilege('bascule_app', '{table}', '{verb}')") == [(True,)]
    ]
    assert may == []


def test_the_record_of_reads_and_decisions_can_only_grow() -> None:
    kept = ("access_disclosure", "access_decision")
    may = [
        (role, table, verb)
        for role in ("bascule_app", "bascule_ledger", "bascule_loader")
        for table in kept
        for verb in ("update", "delete", "truncate")
        if rows(f"select has_table_privilege('{role}', '{table}', '{verb}')") == [(True,)]
    ]
    assert may == []


def test_every_foreign_key_is_indexed() -> None:
    found = rows(
        "select conrelid::regclass::text, attname from pg_constraint"
        " join pg_attribute on attrelid = conrelid and attnum = conkey[1]"
        " where contype = 'f' and connamespace = 'public'::regnamespace"
        " and conrelid::regclass::text !~ '^(auth|procrastinate)_'"
        " and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1]"
        " and indpred is null) order by 1, 2"
    )
    assert found == []


def test_the_owner_is_bound_too_and_sees_nothing(as_loader) -> None:  # type: ignore[no-untyped-def]
    from bascule.roster.models import Student

    with as_loader():
        Student.objects.create(number="1", source="sis", source_key="1", family_name="Adair")
        assert Student.objects.count() == 1
    with as_role("owner"):
        assert Student.objects.count() == 0
