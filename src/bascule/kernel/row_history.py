"""A migration operation: what feeds change in the rows of a table is kept as it was."""

from django.db.migrations.operations import RunSQL


def earlier_rows_kept(table: str) -> RunSQL:
    """Keep, for every row of `table` that a feed changes, what it held before."""
    return RunSQL(
        sql=f"create trigger keep_earlier after update on {table}"
        " referencing old table as earlier new table as later"
        " for each statement execute function access_keep_earlier()",
        reverse_sql=f"drop trigger keep_earlier on {table}",
    )
