"""Rows read by a statement that is written once: for what every opening of a page asks anew.

Django writes the statement of a queryset each time it is asked; for the rows of one student that
takes longer than the database takes to answer. Who may see the rows is decided before and, by
row-level security, in the database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Field, ForeignKey, Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Part:
    """The columns of one table of the statement; `path` leads there from the model that is read."""

    path: str
    model: type[Model]
    join: str  # how the table is reached: "from" for the model itself

    @cached_property
    def fields(self) -> Sequence["Field[Any, Any]"]:
        """The fields that are read, in their order."""
        return cast("Sequence[Field[Any, Any]]", self.model._meta.concrete_fields)

    @property
    def name(self) -> str:
        """What the table is called in the statement."""
        return f'"{self.path or self.model._meta.db_table}"'

    @property
    def columns(self) -> str:
        """The list of columns as the statement selects them."""
        return ", ".join(f'{self.name}."{field.column}"' for field in self.fields)

    @cached_property
    def names(self) -> list[str]:
        """What the model calls its columns."""
        return [field.attname for field in self.fields]

    @cached_property
    def readings(self) -> list[tuple[int, Callable[..., Any]]]:
        """The places whose values the field reads itself (JSON), each with how."""
        return [
            (place, field.from_db_value) for place, field in enumerate(self.fields)
            if hasattr(field, "from_db_value")
        ]  # fmt: skip

    @cached_property
    def key(self) -> int:
        """The place of the primary key: null there means that the joined row is missing."""
        return next(place for place, field in enumerate(self.fields) if field.primary_key)

    def made(self, values: list[Any]) -> Model | None:
        """Return the instance of these values, or None where nothing was joined."""
        if values[self.key] is None:
            return None
        for place, read in self.readings:
            values[place] = read(values[place], None, connection)
        return self.model.from_db(connection.alias, self.names, values)


@dataclass(frozen=True)
class Reading(Generic[M]):
    """One question about the rows of `model`, with its parents joined ("section__school").

    `rest` is the statement from `where` on, with named parameters. The model's table stands under
    its own name, each parent under its path.
    """

    model: type[M]
    rest: str
    parents: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> list[Part]:
        """The tables in the order of their columns: the model, then each parent after its child."""
        parts = {"": Part("", self.model, f"from {self.model._meta.db_table}")}
        for path in self.parents:
            above, _, name = path.rpartition("__")
            child = parts[above]
            field = cast("ForeignKey[Any, Any]", child.model._meta.get_field(name))
            parent = field.related_model
            may_miss = field.null or child.join.startswith("left")
            join = (
                f'{"left " if may_miss else ""}join {parent._meta.db_table} "{path}"'
                f' on "{path}"."{field.target_field.column}" = {child.name}."{field.column}"'
            )
            parts[path] = Part(path, parent, join)
        return list(parts.values())

    @cached_property
    def statement(self) -> str:
        """The whole statement; written when it is asked for the first time."""
        columns = ", ".join(part.columns for part in self.parts)
        return f"select {columns} {' '.join(part.join for part in self.parts)} {self.rest}"

    def rows(self, **params: Any) -> list[M]:
        """Ask with these parameters; return the instances, their parents set."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, params)
            return [self._made(iter(row)) for row in cursor.fetchall()]

    def _made(self, values: Iterator[Any]) -> M:
        made: dict[str, Model | None] = {}
        for part in self.parts:
            row = part.made([next(values) for _ in part.names])
            above, _, name = part.path.rpartition("__")
            if name and made[above] is not None:
                setattr(made[above], name, row)
            made[part.path] = row
        return cast(M, made[""])
