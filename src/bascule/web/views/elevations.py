"""Breaking the glass: open one record by necessity; and for the steward, who did and why."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.access.models import Elevation, User
from bascule.access.queries import elevations_seen
from bascule.cases.elevations import elevate
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.roster.models import Student
from bascule.roster.policies import SEE
from bascule.web.pages import note_reads, page

A_PAGE = 50


@page()
def elevations(request: HttpRequest) -> HttpResponse:
    """Show the actor's own accesses by necessity, or all to who reviews them; a POST opens one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.may("elevate") or actor.may("review_elevations")):
        raise NotPermitted("not-permitted", _("You may not see this."), _("your data steward"))
    if request.method == "POST":
        return _open(request, actor)
    shown = Paginator(elevations_seen(actor), A_PAGE).get_page(request.GET.get("page"))
    lines = _lines(request, actor, list(shown.object_list))
    return render(request, "elevations.html", {"shown": shown, "lines": lines})


def _open(request: HttpRequest, actor: Actor) -> HttpResponse:
    number, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "")
    opened = elevate(actor, number=number, reason=reason)
    if opened is None:
        refusal = Refusal("no-such-number", _("No student has this number. The attempt is kept."))
        return render(request, "refused.html", {"refusal": refusal}, status=404)
    return redirect("student", uuid=opened.student)


def _lines(
    request: HttpRequest, actor: Actor, rows: list[Elevation]
) -> list[tuple[Elevation, Student | None, str, bool]]:
    """Each access with the student (if still in sight), who it was, and whether it lasts."""
    in_sight = SEE.filter(Student.objects.filter(uuid__in={row.student for row in rows}), actor)
    students = {student.uuid: student for student in in_sight}
    users = User.objects.select_related("person").in_bulk({row.user_id for row in rows})
    note_reads(request, SEE.likely_ground(actor), students.values())
    at = now()
    return [
        (row, students.get(row.student), str(users[row.user_id].person), row.ends_at > at)
        for row in rows
    ]
