"""The case before and the case after, inside the list from which one was opened."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from bascule.cases.boards import cases_in
from bascule.cases.models import CaseFile
from bascule.cases.queries import open_cases, queue_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.web.case_parts import part_in

TODAY, ALL = "today", "all"


@dataclass(frozen=True)
class Neighbors:
    """Addresses of the cases before and after, empty at an end; `kept` goes with each form."""

    before: str
    after: str
    kept: dict[str, str]


def opened_in(query: str) -> str:
    """Return what a link to a case adds, so that the case knows its list."""
    return f"?{urlencode({'list': query or ALL})}"


def neighbors_of(actor: Actor, case: CaseFile, said: QueryDict) -> Neighbors | None:
    """Return the neighbors of a case in the list that the address names; None where it names none.

    A list is ordered by clock. A step gives the case another clock, so the place from which it was
    opened goes along: the next one is that which came after it then.
    """
    named = said.get("list", "")
    if not named:
        return None
    rows = queue_of(actor) if named == TODAY else _listed(actor, "" if named == ALL else named)
    due, key = _place(said.get("place", "")) or (case.due_at, case.pk)
    kept = {"list": named, "place": f"{due.isoformat() if due else ''} {key}"}
    others = rows.exclude(pk=case.pk)
    before = Q(due_at__lt=due) | Q(due_at=due, pk__lt=key)
    after = Q(due_at__gt=due) | Q(due_at=due, pk__gt=key)
    return Neighbors(
        _address(others.filter(before).order_by("-due_at", "-id") if due else others.none(), named),
        _address(others.filter(after) if due else others, named),
        kept,
    )


def _listed(actor: Actor, query: str) -> QuerySet[CaseFile]:
    return cases_in(open_cases(actor), part_in(QueryDict(query)), now())


def _place(text: str) -> tuple[datetime, int] | None:
    """Read a place that a form kept; None where there is none, or it cannot be read."""
    due, _space, key = text.rpartition(" ")
    try:
        read = datetime.fromisoformat(due), int(key)
    except ValueError:
        return None
    return read if read[0].tzinfo else None


def _address(rows: QuerySet[CaseFile], named: str) -> str:
    uuid = rows.select_related(None).values_list("uuid", flat=True).first()
    return f"/cases/{uuid}/{opened_in(named)}" if uuid else ""
