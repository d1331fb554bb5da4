"""Access by named grounds. A ground is a Q first: the same ground filters, decides and explains."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted

M = TypeVar("M", bound=Model)

NOTHING = Q(pk__in=[])
EVERYTHING = Q()


@dataclass(frozen=True)
class Ground:
    """One reason why an actor may reach a row. `q` returns None where it cannot apply at all."""

    key: str
    title: str
    q: Callable[[Actor], Q | None]


class Policy:
    """Alternatives of grounds over one model. No ground applies: nothing is seen."""

    def __init__(self, *grounds: Ground, lifted_by: str = "your data steward") -> None:
        self.grounds = grounds
        self._lifted_by = lifted_by

    @property
    def lifted_by(self) -> str:
        """Say who can help where no ground applies, in the reader's language."""
        return _(self._lifted_by)

    def q(self, actor: Actor) -> Q:
        """Return the one predicate that lists use."""
        parts = [part for ground in self.grounds if (part := ground.q(actor)) is not None]
        if any(part == EVERYTHING for part in parts):
            return EVERYTHING
        return reduce(or_, parts, NOTHING) if parts else NOTHING

    def filter(self, rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
        """Keep the rows that some ground of the actor covers: one predicate, no extra query."""
        return rows.filter(self.q(actor))

    def keep(self, rows: list[M], actor: Actor) -> list[M]:
        """Keep of rows that were read those which some ground covers; of none, nothing is asked.

        For rows of which there are few, such as those of one student.
        """
        if not rows or (covered := self.q(actor)) == EVERYTHING:
            return rows
        read = type(rows[0])._default_manager.filter(covered, pk__in=[row.pk for row in rows])
        ids = set(read.values_list("pk", flat=True))
        return [row for row in rows if row.pk in ids]

    def why(self, row: Model, actor: Actor) -> Ground | None:
        """Return the first ground that covers this row, or None: one query at most."""
        rows = type(row)._default_manager.filter(pk=row.pk)
        found = rows.values_list(self._first_place(actor), flat=True).first()
        return None if found is None else self.grounds[found]

    def _first_place(self, actor: Actor) -> Case:
        """Return the place of the first ground that covers a row, as the database finds it."""
        parts = [(place, ground.q(actor)) for place, ground in enumerate(self.grounds)]
        whens, otherwise = [], Value(None)
        for place, part in parts:
            if part == EVERYTHING:
                otherwise = Value(place)
                break
            if part is not None:
                whens.append(When(part, then=Value(place)))
        return Case(*whens, default=otherwise, output_field=IntegerField())

    def require(self, row: Model, actor: Actor) -> Ground:
        """Return the ground that covers this row, or refuse without saying that it exists."""
        ground = self.why(row, actor)
        if ground is None:
            raise NotPermitted("not-permitted", _("You may not see this."), self.lifted_by)
        return ground

    def likely_ground(self, actor: Actor) -> str:
        """Name, for the record of reads of a list, the grounds that could apply to this actor."""
        return ", ".join(self._applying(actor)) or "none"

    def _applying(self, actor: Actor) -> Iterable[str]:
        return (ground.key for ground in self.grounds if ground.q(actor) is not None)
