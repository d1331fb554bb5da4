"""Take over what a source reports about students, from the schema `stage`."""

from datetime import datetime

from django.db import connection

from bascule.kernel.named_sql import named_sql


def take_students(*, source: str, at: datetime, complete: bool) -> dict[str, int]:
    """Add, correct and end students; return how many were new, changed, unchanged and ended.

    `complete` says that the package names every student, so that a known one it leaves out has
    ended. Nobody is deleted, and a student who is reported again is no longer ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "upsert_students"), {"source": source})
        rows = cursor.fetchall()
        cursor.execute(
            named_sql("roster", "end_students"), {"source": source, "at": at, "complete": complete}
        )
        ended = cursor.rowcount
        cursor.execute("select count(*) from stage.student where not ends")
        [(staged,)] = cursor.fetchall()
    new = sum(is_new for (is_new,) in rows)
    counts = {"new": new, "changed": len(rows) - new, "unchanged": staged - len(rows)}
    return {**counts, "ended": ended}
