"""Whose turn it is: one loader at a time, and each run at an instant of its own.

What a run writes bears its instant (`changed_at`, `known_from`, `known_until`), and by that it is
taken back. Files that load in one night are given one instant, so each takes the next free one.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from bascule.feeds.models import FileRun

ONE_LOADER = 7_204_021  # the advisory lock that loads queue behind
TICK = timedelta(microseconds=1)


def let_one_loader_in() -> None:
    """Wait until no other load or undo runs; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_LOADER])


def keep_loaders_out() -> None:
    """Wait until no load or undo runs, and let none begin until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [ONE_LOADER])


def free_instant(at: datetime) -> datetime:
    """Return `at`, or the first microsecond after it at which no run was loaded or taken back.

    Asked after `let_one_loader_in`, so that nobody else is given the same one.
    """
    wrote = FileRun.objects.filter(outcome__in=[FileRun.Outcome.LOADED, FileRun.Outcome.UNDONE])
    while wrote.filter(Q(started_at=at) | Q(undone_at=at)).exists():
        at += TICK
    return at
