"""Predicates over students in plain SQL: cheap to build, and cheap for the planner to read.

They stand in every list and on every page, often several in one statement. The same predicates as
nested querysets took Django half of the time of a page.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, F, Func

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now

REACHED = """
  select reach.student_id from roster_reach reach
  where (reach.person_id = %s or reach.position_id = any (%s::bigint[])
         or reach.organization_id = any (%s::bigint[]))
    and reach.starts_at <= %s and (reach.ends_at is null or reach.ends_at > %s){of_tier}
"""
# Whoever works for a few schools is helped by an index: an array combines with that of schools.
# A list of many schools is read row by row, and a specialist with thousands of reaches would have
# each row compared with each of them: the sub-select is hashed.
A_FEW_SCHOOLS = 5
AMONG_FEW, AMONG_MANY = f"{{student}} = any (array({REACHED}))", f"{{student}} in ({REACHED})"


class IsAnyOf(Func):
    """Whether an id in the column `path` is one of `ids`."""

    output_field = BooleanField()

    def __init__(self, path: str, ids: Collection[int]) -> None:
        super().__init__(F(path))
        self.ids = sorted(ids)

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = any (%s::bigint[])", (*params, self.ids)


class IsReached(Func):
    """Whether the actor holds a reach now, of `tier` or of any, to the student in column `path`.

    In person, by a position held or covered, or through a school in remit.
    """

    output_field = BooleanField()

    def __init__(self, path: str, actor: Actor, tier: str | None = None) -> None:
        super().__init__(F(path))
        self.actor, self.tier = actor, tier

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        actor, at = self.actor, now()
        held = [actor.person_id, sorted(actor.position_ids), sorted(actor.school_ids), at, at]
        of_tier = " and reach.tier = %s" if self.tier else ""
        shape = AMONG_FEW if len(actor.school_ids) <= A_FEW_SCHOOLS else AMONG_MANY
        sql = shape.format(student=column, of_tier=of_tier)
        return sql, (*params, *held, *([self.tier] if self.tier else []))
