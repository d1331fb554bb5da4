"""Sessions arrive with what they are part of, in any order; without it they wait."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from django.db import connection

from bascule.directory.actions.reported import take_reported
from bascule.directory.models import AcademicSession
from bascule.feeds.staging import prepare_stage
from bascule.feeds.targets import FEED_OWNED
from bascule.kernel.merging import Merged

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 2, 2, 11, tzinfo=UTC)
Staged = tuple[str, str | None, str, bool]


def take(*rows: Staged, complete: bool = True) -> Merged:
    """Stage sessions as (key, parent, title, ends) and merge them."""
    prepare_stage(["session"])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into stage.session (file, line, key, parent_key, title, ends, kind, starts_on,"
            " ends_on, school_year) values ('s.csv', %s, %s, %s, %s, %s, 'term', '2025-08-18',"
            " '2026-06-12', '2026')",
            [(line, *row) for line, row in enumerate(rows, 2)],
        )
    return take_reported(
        "session", owned=FEED_OWNED["session"], source="sis", at=AT, complete=complete
    )


def parents() -> dict[str, str | None]:
    return dict(AcademicSession.objects.values_list("source_key", "parent__source_key"))


def test_a_part_may_stand_before_what_it_is_part_of(as_loader: Loader) -> None:
    with as_loader():
        merged = take(
            ("q1", "s1", "Quarter", False), ("s1", "y", "Fall", False), ("y", None, "Year", False)
        )
        assert (merged.counts["new"], merged.faulty) == (3, [])
        assert parents() == {"q1": "s1", "s1": "y", "y": None}
        connection.check_constraints()


def test_without_the_year_the_term_and_its_quarters_wait(as_loader: Loader) -> None:
    with as_loader():
        merged = take(
            ("q1", "s1", "Quarter", False), ("s1", "nowhere", "Fall", False),
            ("other", None, "Other", False),
        )  # fmt: skip
        assert [(row.key, row.code, row.value) for row in merged.faulty] == [
            ("q1", "unknown-parent-session", "s1"), ("s1", "unknown-parent-session", "nowhere"),
        ]  # fmt: skip
        assert parents() == {"other": None}
        connection.check_constraints()


def test_a_parent_that_the_table_would_refuse_keeps_its_parts_waiting(as_loader: Loader) -> None:
    with as_loader():
        merged = take(("s1", "y", "Fall", False), ("y", None, "Y" * 300, False))
        assert [(row.key, row.code) for row in merged.faulty] == [
            ("s1", "unknown-parent-session"), ("y", "too-long"),
        ]  # fmt: skip
        assert parents() == {}


def test_a_part_of_what_is_held_or_deleted_is_judged_by_what_is_held(as_loader: Loader) -> None:
    with as_loader():
        take(("y", None, "Year", False))
        merged = take(
            ("s1", "y", "Fall", False), ("gone", None, "Gone", True), ("s2", "gone", "S", False),
            complete=False,
        )  # fmt: skip
        assert [(row.key, row.code) for row in merged.faulty] == [("s2", "unknown-parent-session")]
        assert parents() == {"y": None, "s1": "y"}
        connection.check_constraints()
