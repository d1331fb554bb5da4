"""The saved views above the list of cases, each with how many cases it holds for who looks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bascule.cases.boards import Part, counts_of
from bascule.cases.models import CaseView
from bascule.cases.policies import SEE_VIEW
from bascule.cases.queries import open_cases
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.web.case_parts import address_of

SHOWN = 24


@dataclass(frozen=True)
class Saved:
    """One view: where it leads, how many it holds, and whether it is shown and one's own."""

    view: CaseView
    address: str
    count: int
    is_shown: bool
    is_mine: bool


def saved_views(actor: Actor, shown: Part) -> Sequence[Saved]:
    """Return the actor's own views and those shared, by title. Two statements."""
    views = list(SEE_VIEW.filter(CaseView.objects.all(), actor)[:SHOWN])
    parts = [Part(**view.part) for view in views]
    counts = counts_of(open_cases(actor), parts, now())
    return [
        Saved(view, address_of(part), count, part == shown, view.user_id == actor.user_id)
        for view, part, count in zip(views, parts, counts, strict=True)
    ]
