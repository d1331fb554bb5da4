"""Take over what a source reports about organizations and calendars, from the schema `stage`."""

from datetime import date, datetime

from django.db import connection

from bascule.kernel.clock import local_day
from bascule.kernel.named_sql import named_sql

Counts = dict[str, int]


def take_organizations(*, source: str, at: datetime) -> Counts:
    """Add and correct organizations and their dated memberships; return new and changed."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "upsert_organizations"), {"source": source})
        rows = cursor.fetchall()
        dated: dict[str, str | date] = {"source": source, "day": local_day(at)}
        cursor.execute(named_sql("directory", "end_memberships"), dated)
        cursor.execute(named_sql("directory", "add_memberships"), dated)
        cursor.execute("select count(*) from stage.organization")
        [(staged,)] = cursor.fetchall()
    new = sum(is_new for (is_new,) in rows)
    return {"new": new, "changed": len(rows) - new, "unchanged": staged - len(rows)}


def take_calendar(*, source: str) -> Counts:
    """Make the staged days the ones in session, in the span that the file speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "replace_calendar"), {"source": source})
        [(added, gone)] = cursor.fetchall()
        cursor.execute("select count(*) from stage.calendar_day")
        [(staged,)] = cursor.fetchall()
    return {"new": added, "ended": gone, "unchanged": staged - added}
