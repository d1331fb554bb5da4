"""Predicates over students in plain SQL: cheap to build, and cheap for the planner to read.

They stand in every list and on every page, often several in one statement. The same predicates as
nested querysets took Django half of the time of a page.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import BooleanField, F, Func

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now

REACHED = """
  select {what} from roster_reach reach
  where (reach.person_id = %s or reach.position_id = any ({positions})
         or reach.organization_id = any ({schools}))
    and reach.starts_at <= %s and (reach.ends_at is null or reach.ends_at > %s)
"""
# Whoever works for a few schools is helped by an index: an array combines with that of schools.
# A list of many schools is read row by row, and a specialist with thousands of reaches would have
# each row compared with each of them: the sub-select is hashed.
A_FEW_SCHOOLS = 5
ANY, AMONG_FEW, AMONG_MANY = (
    "reach.student_id",
    "{student} = any (array({any}))",
    "{student} in ({any})",
)
# What a restricted reach shows, beside the student: by column of the rows asked about.
SHOWN = {
    "workflow": "reach.student_id, reach.ground",
    "program": "reach.student_id, unnest(reach.shows)",
}


class IsAnyOf(Func):
    """Whether an id in the column `path` is one of `ids`."""

    output_field = BooleanField()

    def __init__(self, path: str, ids: Collection[int]) -> None:
        super().__init__(F(path))
        self.ids = sorted(ids)

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = any ({_array(self.ids)})", params


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
        reached, held = _reached(ANY, self.actor)
        return shape.format(student=column, any=reached), (*params, *held)


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
        shown, held = _reached(SHOWN[self.of], self.actor)
        if self.of == "workflow":
            shown, held = f"{shown} and reach.tier = %s", (*held, "restricted")
        return f"({student}, {of}) in ({shown})", (*first, *second, *held)


def _reached(what: str, actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """Return REACHED for what the actor holds now, with its parameters."""
    at = now()
    sql = REACHED.format(
        what=what, positions=_array(actor.position_ids), schools=_array(actor.school_ids)
    )
    return sql, (actor.person_id, at, at)


def _array(ids: Iterable[int]) -> str:
    """Return ids as an array in SQL: in its text, the planner knows how many they are.

    A prepared statement is planned for every value that a parameter may have.
    """
    return f"'{{{','.join(str(int(each)) for each in sorted(ids))}}}'::bigint[]"
