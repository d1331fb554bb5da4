"""Cases follow a student who becomes another's alias, and come back when that is undone."""

from uuid import UUID

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.roster.registry import Follower, declare_follower


def declare_followers() -> None:
    """Declare that every case about a student follows, open or closed."""
    declare_follower(Follower("cases_casefile", then=rename_scopes))


def rename_scopes(cases: list[int], student: UUID) -> None:
    """Let moved cases be found under the address of the student with whom they now are.

    Where such a case of that student is open already, the moved one keeps its scope: both stay
    open, beside each other, until somebody closes one.
    """
    with connection.cursor() as cursor:
        cursor.execute(named_sql("cases", "rename_scopes"), {"cases": cases, "scope": str(student)})
