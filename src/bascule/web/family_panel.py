"""What a case shows of its family's page."""

from dataclasses import dataclass
from datetime import datetime

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.mailing import can_mail
from bascule.mobility.models import FamilyAnswer, FamilyLink
from bascule.mobility.policies import gives_page
from bascule.mobility.queries import family_links, last_opened, latest_family_answer, page_holders
from bascule.roster.models import Guardianship


@dataclass(frozen=True)
class FamilyPanel:
    """What a case shows of its family's page: who has it, to whom it can be given, what was said.

    Each link with when it was last opened (null: never).
    """

    links: list[tuple[FamilyLink, datetime | None]]
    answer: FamilyAnswer | None
    holders: list[Guardianship]
    may_give: bool
    can_mail: bool


def family_panel(actor: Actor, case: CaseFile) -> FamilyPanel | None:
    """Return the panel of a case, or None where the actor has no part in it."""
    may_give = gives_page(actor, case) and case.closed_at is None and case.student is not None
    links = family_links(actor, case)
    answer = latest_family_answer(actor, case)
    if not (may_give or links or answer):
        return None
    opened = last_opened(links)
    holders = page_holders(actor, case.student) if may_give and case.student else []
    shown = [(one, opened.get(one.pk)) for one in links]
    return FamilyPanel(shown, answer, holders, may_give, can_mail())
