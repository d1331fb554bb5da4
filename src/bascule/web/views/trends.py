"""Trends: moves month by month from the district down to a school, and from where to where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.directory.models import Membership, Organization
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.metrics.profiles import DISTRICT_MINIMUM
from bascule.metrics.trends import (
    Trend,
    flow_matrix,
    neighbors_of,
    parts_of,
    trend_years,
    trends_of,
    units_in_remit,
)
from bascule.mobility.queries import packs_made
from bascule.web.charts import bars_of, map_of
from bascule.web.pages import page


@dataclass(frozen=True)
class Panel:
    """Units drawn on one scale. Options schools move many more students, so they have their own."""

    title: str
    drawn: list[tuple[Trend, object]]


@page("see_measures")
def trends(request: HttpRequest, uuid: str | None = None) -> HttpResponse:
    """Show one unit's year by month, what it consists of, and who sends students where."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    years = trend_years()
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted in [str(each) for each in years] else max(years, default=0)
    unit = _unit(actor, uuid)
    parts = parts_of(unit, today()) if unit else []
    whole = trends_of(actor, [unit] if unit else [], year)
    shown = trends_of(actor, parts, year)
    came, went = neighbors_of(actor, unit, year) if unit and not parts else ([], [])
    context = {
        "unit": unit, "above": _above(actor, unit), "year": year, "years": years,
        "begins": units_in_remit(actor),
        "whole": [(trend, bars_of([trend])[0]) for trend in whole],
        "panels": _panels(shown), "matrix": flow_matrix(actor, parts, year),
        "map": map_of(shown), "came": came, "went": went, "least": DISTRICT_MINIMUM,
        "pack": packs_made(actor).first(),
    }  # fmt: skip
    return render(request, "trends.html", context)


def _unit(actor: Actor, uuid: str | None) -> Organization | None:
    """Return the unit asked for, if it is in remit, else where the actor's trends begin."""
    if uuid is None:
        return next(iter(units_in_remit(actor)), None)
    found = Organization.objects.filter(uuid=uuid).first()
    in_remit = actor.school_ids | actor.organization_ids
    if found is None or not (actor.is_district_wide or found.pk in in_remit):
        raise Http404
    return found


def _above(actor: Actor, unit: Organization | None) -> Organization | None:
    """Return the unit above, where the actor may open it."""
    found = Membership.objects.filter(on(today()), member=unit).select_related("parent").first()
    if found and (actor.is_district_wide or found.parent_id in actor.organization_ids):
        return found.parent
    return None


def _panels(shown: Sequence[Trend]) -> list[Panel]:
    options = [trend for trend in shown if trend.unit.is_options]
    others = [trend for trend in shown if not trend.unit.is_options]
    groups = [("", others), ("Options schools, on their own scale", options)]
    return [
        Panel(title, list(zip(group, bars_of(group), strict=True)))
        for title, group in groups
        if group
    ]
