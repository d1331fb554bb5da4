"""What the lot of outreach drew, and what became of it."""

from django.db.models import OuterRef, Subquery

from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.mobility.attempts import KINDS
from bascule.mobility.models import OutreachBands, OutreachSlice
from bascule.mobility.outreach_slice import Drawn


def latest_slice() -> OutreachSlice | None:
    """Return the slice that runs, or the last that did."""
    return OutreachSlice.objects.first()


def drawn_cases(actor: Actor, drawn_in: OutreachSlice) -> list[Drawn]:
    """Return the cases in sight that took part in a slice, drawn or not. One query.

    A case that is restricted by now is left out: what the lot shows is the same for everybody.
    """
    open_ones = CaseFile.objects.filter(tier=CaseFile.Tier.STUDENT)
    rows = OutreachBands.objects.filter(slice=drawn_in, case__in=SEE.filter(open_ones, actor))
    intake = Transition.objects.filter(case=OuterRef("case"), to_state="intake").order_by("at")
    tried = Note.objects.filter(case=OuterRef("case"), kind__in=KINDS).order_by("at", "id")
    told = rows.annotate(
        intake_at=Subquery(intake.values("at")[:1]), tried=Subquery(tried.values("kind")[:1])
    ).values_list("first_kind", "case__opened_at", "intake_at", "tried")
    return [Drawn(kind, opened, intake_at, tried or "") for kind, opened, intake_at, tried in told]
