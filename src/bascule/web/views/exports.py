"""Lists as files: asked for by a POST, written by a job, taken by who asked and by nobody else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bascule.access.actions import request_export
from bascule.access.models import Export
from bascule.access.policies import SEE_EXPORT
from bascule.access.queries import WRITTEN_WITHIN, exports_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.web.pages import page, visible_or_404

FILTERS = ("q", "days", "network", "show")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {Export.Format.CSV.value: "text/csv; charset=utf-8", Export.Format.XLSX.value: XLSX}


@page("export")
def exports(request: HttpRequest) -> HttpResponse:
    """Show the lists that the actor asked for, with their state; a POST asks for one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        narrowed = {key: text for key in FILTERS if (text := request.POST.get(key, "").strip())}
        request_export(
            actor, kind=request.POST.get("kind", ""), filter=narrowed,
            format=request.POST.get("format", Export.Format.CSV),
        )  # fmt: skip
        return redirect("exports")
    rows = list(exports_of(actor).defer("content", "students"))
    late = now() - WRITTEN_WITHIN
    lines = [(each, each.ready_at is None and each.asked_at < late) for each in rows]
    return render(request, "exports.html", {"lines": lines})


@page("export")
def export_file(request: HttpRequest, uuid: str) -> HttpResponse:
    """Hand the file to who asked for it; whom it shows goes into the record of reads."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: Export = visible_or_404(SEE_EXPORT, exports_of(actor), actor, pk=uuid)
    if found.content is None or found.ready_at is None:
        raise Http404("There is no such page for you.")
    reads = request.reads  # type: ignore[attr-defined]
    reads.ground, reads.students = found.ground, list(found.students)
    reads.filter = {**found.filter, "list": found.kind, "rows": str(found.count)}
    name = f"{found.kind}-{local_day(found.ready_at)}.{found.format}"
    return HttpResponse(
        bytes(found.content),
        content_type=CONTENT_TYPES[found.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
