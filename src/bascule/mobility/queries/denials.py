"""The register of denials: each refused request, its reason, its appeal and how that ended.

Ready for reporting as HB2981 would ask (domain/mobility.md 6.1 item 29).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE as SEE_CASE
from bascule.kernel.actor import Actor
from bascule.mobility.queries.handovers import MOVES

DENYING = ("deny", "refuse_release")
"""The steps of a transfer that say no: to the request, and to the release."""


@dataclass(frozen=True)
class Denial:
    """One no: the step that said it, and the appeal that followed, if any."""

    said: Transition
    appeal: CaseFile | None

    @property
    def reason(self) -> str:
        """Why, in the words of who denied."""
        return str(self.said.answers.get("why", ""))


def denials(actor: Actor) -> QuerySet[Transition]:
    """Return the steps that denied a transfer or refused a release in sight, the newest first."""
    seen = SEE_CASE.filter(CaseFile.objects.filter(workflow__in=MOVES), actor)
    rows = Transition.objects.filter(step__in=DENYING, case__in=seen)
    return rows.select_related("case__student__school").order_by("-at", "-id")


def with_appeals(actor: Actor, said: Sequence[Transition]) -> list[Denial]:
    """Return denials, each with the first appeal in sight that was opened after it."""
    students = {each.case.student_id for each in said}
    opened = CaseFile.objects.filter(workflow="denial_appeal", student__in=students - {None})
    appeals: dict[int | None, list[CaseFile]] = defaultdict(list)
    for appeal in SEE_CASE.filter(opened, actor).order_by("opened_at", "id"):
        appeals[appeal.student_id].append(appeal)
    return [Denial(each, _first_after(each, appeals[each.case.student_id])) for each in said]


def _first_after(said: Transition, appeals: Sequence[CaseFile]) -> CaseFile | None:
    return next((appeal for appeal in appeals if appeal.opened_at >= said.at), None)
