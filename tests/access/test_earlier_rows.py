"""What feeds change is kept as it was, and is found by one pass over what a statement changed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from bascule.access.models import EarlierRow
from bascule.kernel.clock import now
from bascule.roster.models import Student

Loader = Callable[[], AbstractContextManager[None]]
pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def plans_of_keeping(changed: int) -> list[str]:
    """Change some students as a feed does; return the plans by which their past was kept."""
    told: list[str] = []
    server = connection.connection
    assert server is not None

    def hear(diagnostic: object) -> None:
        told.append(str(getattr(diagnostic, "message_primary", "")))

    server.add_notice_handler(hear)
    try:
        ids = list(Student.objects.order_by("id").values_list("id", flat=True)[:changed])
        Student.objects.filter(pk__in=ids).update(grade="11", changed_at=now())
    finally:
        server.remove_notice_handler(hear)
    return [each for each in told if "Insert on access_earlierrow" in each]


@contextmanager
def as_superuser() -> Iterator[CursorWrapper]:
    """Be who made the server, whom every test connection steps down from."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        [(role,)] = cursor.fetchall()
        cursor.execute("set local role none")
        yield cursor
        cursor.execute(f"set local role {role}")


def explain_everything() -> None:
    """Let the server tell the plan of each statement of this transaction, triggers' included."""
    with as_superuser() as cursor:
        cursor.execute("load 'auto_explain'")
        for setting in ("log_min_duration = 0", "log_nested_statements = on", "log_level = notice"):
            cursor.execute(f"set local auto_explain.{setting}")


def test_what_a_statement_changed_is_not_compared_row_by_row_with_itself(
    as_loader: Loader,
) -> None:
    explain_everything()
    with as_loader():
        Student.objects.bulk_create(
            Student(number=f"e{n}", family_name="Ines", source="sis", source_key=f"e{n}")
            for n in range(300)
        )
        once, often = plans_of_keeping(1), plans_of_keeping(300)
        assert EarlierRow.objects.count() == 301
    with as_superuser() as cursor:
        cursor.execute("alter function access_keep_earlier() reset enable_nestloop")
    with as_loader():
        [forbidden] = plans_of_keeping(1)
    assert "Nested Loop" in forbidden  # what the planner chooses where it is left to itself
    assert len(once) == len(often) == 1
    assert [plan for plan in (*once, *often) if "Nested Loop" in plan] == []
