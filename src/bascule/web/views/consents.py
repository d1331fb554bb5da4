"""What a family agreed to or refused, written down on the student's page."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.roster.actions.consents import record_consent
from bascule.roster.models import Guardian, Student
from bascule.roster.policies import SEE
from bascule.web.pages import page, visible_or_404


@page()
@require_POST
def consent(request: HttpRequest, uuid: str) -> HttpResponse:
    """Record one answer of a family, from a day on; the newest answer holds."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    student: Student = visible_or_404(SEE, Student.objects.all(), actor, uuid=uuid)
    record_consent(
        actor,
        student=student,
        purpose=request.POST.get("purpose", ""),
        answer=request.POST.get("answer", ""),
        guardian=_guardian(student, request.POST.get("guardian", "")),
        starts_on=_day(request.POST.get("starts_on", "")),
        ends_on=_day(request.POST.get("ends_on", "")),
    )
    return redirect("student", uuid=uuid)


def _guardian(student: Student, wanted: str) -> Guardian | None:
    """Return who of the student's family said so; nobody where none is named."""
    if not wanted:
        return None
    for link in student.guardianships.select_related("guardian"):
        if str(link.guardian.uuid) == wanted:
            return link.guardian
    raise Refusal("no-such-guardian", _("This person does not answer for this student."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        words = _("“%(text)s” is no day: write it as 2026-11-20.") % {"text": text}
        raise Refusal("no-such-day", words) from None
