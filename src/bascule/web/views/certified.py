"""Certified staff: which schools have two who are certified on enroll and leave codes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.mobility.queries import (
    WANTED,
    certified_at,
    open_schools,
    school_certification,
    short_schools,
)
from bascule.web.pages import page

A_PAGE = 50


@page("see_certified")
def certified(request: HttpRequest) -> HttpResponse:
    """List the schools in the reader's remit with who is certified; staff, and no student."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    is_short = request.GET.get("show") == "short"
    schools = short_schools(actor, today()) if is_short else open_schools(actor, today())
    shown = Paginator(schools, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": certified_at(list(shown.object_list), today()), "shown": shown, "wanted": WANTED,
        "is_short": is_short, "certification": school_certification(),
    }  # fmt: skip
    return render(request, "certified.html", context)
