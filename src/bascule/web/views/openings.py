"""Opening a case by hand, from the page of the student whom it is about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.cases.actions import open_case, report_case
from bascule.cases.queries import workflows_open_to
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.roster.models import Student
from bascule.roster.policies import SEE
from bascule.web.pages import note_reads, page, visible_or_404


@page()
@require_POST
def student_case(request: HttpRequest, uuid: str) -> HttpResponse:
    """Open a case of the chosen kind about one student, or lead to the one that is open.

    What the actor may report but not see leads back to the student, whoever had it open already.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    student = visible_or_404(SEE, Student.objects.select_related("school"), actor, uuid=uuid)
    ground = SEE.why(student, actor)
    note_reads(request, ground.key if ground else "", [student])
    wanted = request.POST.get("workflow", "")
    is_seen = {each.key: seen for each, seen in workflows_open_to(actor)}
    if wanted not in is_seen:
        raise Refusal("no-such-kind", _("Choose what the case is about."))
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Refusal("no-reason", _("Write why the case is opened."))
    if not is_seen[wanted]:
        report_case(actor, workflow=wanted, student=student, reason=reason)
        return redirect(reverse("student", args=[uuid]) + "?reported=1")
    case = open_case(actor, workflow=wanted, student=student, reason=reason)
    return redirect("case", uuid=case.uuid)
