"""The first load of a district: constraints are proven over all rows at once, not one by one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def checks_at_once(first: str) -> Iterator[None]:
    """Inside, rows of claims and stints are not checked; at the end all of them are, or it fails.

    That only happens while the `first` "claims" or "students" come: later loads keep every
    constraint and index in place. Raises IntegrityError at the end where a row breaks one.
    Source: postgres.md, "Loading".
    """
    with connection.cursor() as cursor:
        cursor.execute("select roster_lay_aside(%s)", [first])
        [(is_aside,)] = cursor.fetchall()
    if not is_aside:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("set local work_mem = '192MB'")
        cursor.execute("set local maintenance_work_mem = '512MB'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("select roster_take_up()")
