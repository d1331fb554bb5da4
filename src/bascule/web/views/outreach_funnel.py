"""How far inactive students came: the funnel of a school year, and its months by group."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.kernel.actor import Actor
from bascule.mobility.outreach_funnel import CUTS, FEWEST, RACE
from bascule.mobility.queries import outreach_counts, outreach_years
from bascule.web.outreach_funnel import (
    CUT_TITLES,
    by_place,
    funnel_rows,
    group_rows,
    months_in,
)
from bascule.web.pages import page


@page("see_measures")
def outreach_funnel(request: HttpRequest) -> HttpResponse:
    """Show the funnel of a school year beside published figures, and the months by group."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    years, wanted = outreach_years(), request.GET.get("year", "")
    year = int(wanted) if wanted in [str(each) for each in years] else max(years, default=0)
    cut = request.GET.get("by", "")
    cut = cut if cut in CUTS else RACE
    kept = outreach_counts(actor, year)
    counted, months = by_place(kept), months_in(by_place(kept))
    context = {
        "years": years, "year": year, "first": year - 1, "fewest": FEWEST,
        "rows": funnel_rows(counted) if kept else [], "months": months,
        "groups": group_rows(counted, cut, months) if kept else [],
        "cuts": CUT_TITLES.items(), "cut": cut, "last": kept[0] if kept else None,
        "is_open": any(each.is_hidden for each in kept),
    }  # fmt: skip
    return render(request, "outreach_funnel.html", context)
