"""Take over what a source reports about organizations, sessions, adults and calendars."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from bascule.directory.models import AcademicSession, Organization, Person
from bascule.kernel.clock import local_day
from bascule.kernel.merging import Merge, Merged, Standing, merge_reported
from bascule.kernel.named_sql import named_sql

Counts = dict[str, int]

ALONE = Standing()  # where nobody says who feeds
MERGES = {
    # A school that is left out stays: spells refer to it.
    "organization": Merge(
        "organization", Organization, "resolve_organizations", missing_where="false"
    ),
    "session": Merge(
        "session", AcademicSession, "resolve_sessions", first={"id": "staged.id"},
        settle="settle_sessions", running="known.ends_on >= (%(at)s)::date",
    ),
    "staff": Merge("staff", Person, "resolve_staff"),
}  # fmt: skip


def take_reported(
    target: str,
    *,
    owned: Sequence[str],
    source: str,
    at: datetime,
    complete: bool,
    standing: Standing = ALONE,
) -> Merged:
    """Merge the staged organizations, sessions or staff; `owned` are the feed's columns."""
    merge = replace(MERGES[target], owned=owned, standing=standing)
    merged = merge_reported(merge, source=source, at=at, complete=complete)
    if target == "organization":
        _take_memberships(source=source, at=at, above=standing.above)
    return merged


def _take_memberships(*, source: str, at: datetime, above: Collection[str]) -> None:
    """End and add the dated memberships that the staged parents change.

    An organization that a feed `above` reports stays where that one says.
    """
    dated: dict[str, Any] = {
        "source": source, "day": local_day(at), "at": at, "above": list(above),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "end_memberships"), dated)
        cursor.execute(named_sql("directory", "add_memberships"), dated)


def take_calendar(*, source: str) -> Counts:
    """Make the staged days the ones in session, in the span that the file speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "replace_calendar"), {"source": source})
        [(added, gone)] = cursor.fetchall()
        cursor.execute("select count(*) from stage.calendar_day")
        [(staged,)] = cursor.fetchall()
    return {"new": added, "ended": gone, "unchanged": staged - added}
