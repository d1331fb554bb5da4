"""Give reported rows back what they held before one run changed them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from bascule.access.models import EarlierRow
from bascule.kernel.named_sql import named_sql

Values = dict[str, str | datetime]


def restore_rows(
    table: str, columns: Sequence[str], *, source: str, changed_at: datetime, at: datetime
) -> int:
    """Restore the rows of a table that the run of the instant `changed_at` wrote: how many.

    Only `columns`, those that the feed owns, go back, and the instant of their change with them,
    so that the run before can be taken back next. What the run added ends at `at` and never
    vanishes: later rows may speak of it. What a later run of another source changed since is
    left, and returns, when that run is taken back, to what was before both.
    """
    values: Values = {"source": source, "run": changed_at, "at": at, "table": table}
    with connection.cursor() as cursor:
        cursor.execute("select set_config('bascule.restoring', 'on', true)")
        cursor.execute(_restoration(table, columns), values)
        restored = cursor.rowcount
        cursor.execute(
            f"update {table} set ended_at = %(at)s, changed_at = %(at)s"
            " where source = %(source)s and changed_at = %(run)s",
            values,
        )
        ended = cursor.rowcount
        cursor.execute(named_sql("access", "splice_earlier_rows"), values)
        cursor.execute("select set_config('bascule.restoring', 'off', true)")
        return restored + ended


def _restoration(table: str, columns: Sequence[str]) -> str:
    given = ", ".join(f"{column} = was.{column}" for column in [*columns, "ended_at", "changed_at"])
    return (
        f"update {table} known set {given}"
        f" from {EarlierRow._meta.db_table} earlier"
        f" cross join lateral jsonb_populate_record(null::{table}, earlier.was) was"
        " where earlier.table_name = %(table)s and earlier.replaced_at = %(run)s"
        " and earlier.row_id = known.id and known.source = %(source)s"
        " and known.changed_at = %(run)s"
    )
