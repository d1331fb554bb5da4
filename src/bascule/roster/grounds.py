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
  select {what} from roster_reach reach
  where (reach.person_id = %s or reach.position_id = any (%s::bigint[])
         or reach.organization_id = any (%s::bigint[]))
    and reach.starts_at <= %s and (reach.ends_at is null or reach.ends_at > %s)
"""
# Whoever works for a few schools is helped by an index: an array combines with that of schools.
# A list of many schools is read row by row, and a specialist with thousands of reaches would have
# each row compared with each of them: the sub-select is hashed.
A_FEW_SCHOOLS = 5
ANY = REACHED.format(what="reach.student_id")
AMONG_FEW, AMONG_MANY = f"{{student}} = any (array({ANY}))", f"{{student}} in ({ANY})"
# What a restricted reach shows, beside the student: by column of the rows asked about.
SHOWN = {
    "workflow": REACHED.format(what="reach.student_id, reach.ground") + " and reach.tier = %s",
    "program": REACHED.format(what="reach.student_id, unnest(reach.shows)"),
}


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
    """Whether the actor holds a reach now to the student in column `path`.

    In person, by a position held or covered, or through a school in remit.
    """

    output_field = BooleanField()

    def __init__(self, path: str, actor: Actor) -> None:
        super().__init__(F(path))
        self.actor = actor

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        shape = AMONG_FEW if len(self.actor.school_ids) <= A_FEW_SCHOOLS else AMONG_MANY
        return shape.format(student=column), (*params, *_held(self.actor))


class IsShown(Func):
    """Whether the actor holds a reach now that shows the restricted row: a case or a program.

    A case by its workflow, which is the reach's ground; a program by what the reach `shows`.
    """

    output_field = BooleanField()

    def __init__(self, of: str, actor: Actor) -> None:
        super().__init__(F("student_id"), F(of))
        self.of, self.actor = of, actor

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        (student, first), (of, second) = map(compiler.compile, self.source_expressions)
        tier = ("restricted",) if self.of == "workflow" else ()
        sql = f"({student}, {of}) in ({SHOWN[self.of]})"
        return sql, (*first, *second, *_held(self.actor), *tier)


def _held(actor: Actor) -> tuple[Any, ...]:
    """Return whose reaches count, and at which instant, for the placeholders of REACHED."""
    at = now()
    return actor.person_id, sorted(actor.position_ids), sorted(actor.school_ids), at, at
