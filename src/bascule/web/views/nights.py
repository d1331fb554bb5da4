"""Last night: what the nightly job did, stage by stage."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.feeds.models import NightRun
from bascule.feeds.queries import latest_night
from bascule.web.pages import page


@page()
def last_night(request: HttpRequest) -> HttpResponse:
    """Show the newest night and the ones before it."""
    nights = list(NightRun.objects.all()[:14])
    return render(request, "last_night.html", {"latest": latest_night(), "nights": nights})


@page(public=True)
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 once a first night came through, and 503 before."""
    if latest_night() is None:
        return HttpResponse("waiting for the first night", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")
