"""Migration operations for row-level security: on for everybody, forced, and never half done.

Each operation is one statement list in the migration's own transaction, so a fault rolls the
whole migration back: a table is never left without its policies.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunSQL

PEOPLE = "bascule_app"
LOADER = "bascule_loader"


def rows_visible_where(table: str, using: str, *, roles: str = PEOPLE) -> RunSQL:
    """Turn row-level security on for `table`: `roles` see the rows for which `using` holds.

    The loader, which has no actor, gets its own policy on every row. The owner is bound too
    (FORCE) and has no policy at all: it sees nothing.
    """
    return RunSQL(
        sql=[
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy people_read on {table} for select to {roles} using ({using})",
            f"create policy loader_all on {table} for all to {LOADER}"
            " using (true) with check (true)",
        ],
        reverse_sql=[
            f"drop policy loader_all on {table}",
            f"drop policy people_read on {table}",
            f"alter table {table} no force row level security",
            f"alter table {table} disable row level security",
        ],
    )


def rows_writable_where(
    table: str, check: str, *, commands: Sequence[str] = ("insert", "update")
) -> RunSQL:
    """Let the serving role write the rows of `table` for which `check` holds, before and after."""
    made: list[Any] = []
    for command in commands:
        using = "" if command == "insert" else f" using ({check})"
        with_check = "" if command == "delete" else f" with check ({check})"
        name = f"people_{command}"
        made.append(f"create policy {name} on {table} for {command} to {PEOPLE}{using}{with_check}")
    return RunSQL(
        sql=made,
        reverse_sql=[f"drop policy people_{command} on {table}" for command in commands],
    )


def rows_now_visible_where(table: str, using: str, *, before: str) -> RunSQL:
    """Let the serving role see the rows of `table` for which `using` holds, instead of `before`."""
    change = f"alter policy people_read on {table} using"
    return RunSQL(sql=f"{change} ({using})", reverse_sql=f"{change} ({before})")


def rows_now_writable_where(
    table: str, check: str, *, before: str, commands: Sequence[str] = ("insert", "update")
) -> RunSQL:
    """Let the serving role write the rows of `table` for which `check` holds, not `before`."""

    def changes(to: str) -> list[Any]:
        return [
            f"alter policy people_{command} on {table}"
            + ("" if command == "insert" else f" using ({to})")
            + f" with check ({to})"
            for command in commands
        ]

    return RunSQL(sql=changes(check), reverse_sql=changes(before))


def function_owned_by(owner: str, function: str) -> list[str]:
    """Return the statements that give `function` to a role that may make nothing else.

    The function then runs with that role's rights, where it is a `security definer`.
    """
    return [
        f"grant create on schema public to {owner}",
        f"alter function {function} owner to {owner}",
        f"revoke create on schema public from {owner}",
    ]
