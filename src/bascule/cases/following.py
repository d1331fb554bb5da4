"""Cases follow a student who becomes another's alias, and come back when that is undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.roster.registry import Follower, declare_follower

STEPS = ("absorb_cases", "rename_scopes", "reopen_absorbed")


def declare_followers() -> None:
    """Declare that every case about a student follows, open or closed."""
    declare_follower(Follower("cases_casefile", then=settle_cases))


def settle_cases(cases: list[int], student: UUID, at: datetime) -> None:
    """Let moved cases be found under the address of the student with whom they now are.

    Of several open ones of a kind and tier the later go on in the oldest: they are closed, and
    open again, as they were, when the records are two once more (ADR 0081).
    """
    values: dict[str, Any] = {"cases": cases, "scope": str(student), "at": at}
    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(named_sql("cases", step), values)
