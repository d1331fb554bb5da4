"""Measures: one measure under one authority's rule, and one school under all of them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.metrics.catalog import CATALOG
from bascule.metrics.profiles import PROFILES
from bascule.metrics.queries import (
    flipping_students,
    profiles_of_school,
    school_years,
    values_of,
    values_shown,
)
from bascule.web.pages import note_reads, page

A_PAGE = 100
UNITS = (("district", "District"), ("network", "Networks"), ("school", "Schools"))


@page("see_measures")
def measures(request: HttpRequest) -> HttpResponse:
    """Show one measure for every unit of one kind: open where in remit, else audited."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    years = school_years()
    key = _chosen(request, "measure", list(CATALOG), "mobility")
    profile = _chosen(request, "profile", list(CATALOG[key].profiles), CATALOG[key].profiles[0])
    unit = _chosen(request, "unit", [kind for kind, _ in UNITS], "network")
    year = int(_chosen(request, "year", [str(each) for each in years], str(max(years, default=0))))
    pages = Paginator(values_of(key, profile, year, unit), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "measure": CATALOG[key], "measures": CATALOG.values(), "profile": profile,
        "definition": PROFILES[profile].definition(key), "version": PROFILES[profile].version,
        "unit": unit, "units": UNITS, "year": year, "years": years, "shown": shown,
        "figures": values_shown(actor, shown.object_list),
        "least": PROFILES[profile].suppress_below,
    }  # fmt: skip
    return render(request, "measures.html", context)


@page("see_measures")
def switchboard(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one school's mobility under every rule, with the students who flip between them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    school = get_object_or_404(schools, uuid=uuid)
    years = school_years()
    year = int(_chosen(request, "year", [str(each) for each in years], str(max(years, default=0))))
    shown = profiles_of_school(actor, school, year)
    flips = flipping_students(actor, shown)
    note_reads(request, "measure", (student for student, _ in flips), school=school.source_key)
    rows = [(each, PROFILES[each.value.profile]) for each in shown]
    context = {
        "school": school, "year": year, "years": years, "flips": flips,
        "rows": [(each, rule.definition("mobility").title) for each, rule in rows],
        "is_open": any(each.is_open for each in shown),
    }  # fmt: skip
    return render(request, "switchboard.html", context)


def _chosen(request: HttpRequest, name: str, choices: list[str], default: str) -> str:
    wanted = request.GET.get(name, default)
    return wanted if wanted in choices else default
