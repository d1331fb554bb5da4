"""One published figure, opened: what it says, by which rule, over whom, and what is hidden."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bascule.kernel.actor import Actor
from bascule.metrics.catalog import CATALOG
from bascule.metrics.models import Value
from bascule.metrics.profiles import PROFILES
from bascule.metrics.queries import figure_shown, hidden_beside, students_behind
from bascule.metrics.runs import Unit
from bascule.web.pages import note_reads, page

A_PAGE = 50


@page("see_measures")
def figure(request: HttpRequest, measure: str, profile: str, year: int, uuid: str) -> HttpResponse:
    """Show one figure with its definition, its rows for whoever may open them, and what is hidden.

    Everybody who may see measures sees the published figure; the open one, and the students, only
    whoever has the unit in remit.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    values = Value.objects.select_related("organization")
    value = get_object_or_404(
        values, measure=measure, profile=profile, school_year=year, organization__uuid=uuid
    )
    shown, rule = figure_shown(actor, value), PROFILES[value.profile]
    pages = Paginator(students_behind(actor, shown), A_PAGE)
    listed = pages.get_page(request.GET.get("page"))
    note_reads(request, "measure", listed.object_list, figure=f"{measure} {profile} {year} {uuid}")
    context = {
        "shown": shown, "value": value, "rule": rule, "measure": CATALOG[value.measure],
        "definition": rule.definition(value.measure), "hidden": hidden_beside(value),
        "listed": listed,
        "is_school": value.unit_kind == Unit.SCHOOL,
    }  # fmt: skip
    return render(request, "figure.html", context)
