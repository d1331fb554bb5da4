"""Feeds: runs, their counts, and the rows that wait for a correction."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bascule.feeds.models import FileRun
from bascule.feeds.queries import runs
from bascule.web.pages import page

A_PAGE = 50


@page("see_feeds")
def feeds(request: HttpRequest) -> HttpResponse:
    """List the runs, the newest first."""
    shown = Paginator(runs(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "feeds.html", {"shown": shown})


@page("see_feeds")
def feed_run(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one run: counts by file, and each quarantined row with its reason and place."""
    run = get_object_or_404(FileRun.objects.select_related("source"), uuid=uuid)
    shown = Paginator(run.quarantined.all(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "feed_run.html", {"run": run, "shown": shown})
