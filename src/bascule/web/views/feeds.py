"""Feeds: runs, their counts, and the rows that wait for a correction."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bascule.feeds.actions import place_order
from bascule.feeds.models import FileRun, Order
from bascule.feeds.queries import approvable_sets, is_last_loaded, runs
from bascule.kernel.actor import Actor
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
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = Paginator(run.quarantined.all(), A_PAGE).get_page(request.GET.get("page"))
    orders = list(run.orders.all())
    waiting = {order.verb for order in orders if order.done_at is None}
    runs_feeds = actor.may("run_feeds")
    context = {
        "run": run, "shown": shown, "orders": orders, "held": approvable_sets(run),
        "may_undo": runs_feeds and is_last_loaded(run) and "undo" not in waiting,
        "may_approve": runs_feeds and approvable_sets(run) and "approve" not in waiting,
    }  # fmt: skip
    return render(request, "feed_run.html", context)


@page("run_feeds")
@require_POST
def order(request: HttpRequest, uuid: str, verb: str) -> HttpResponse:
    """Ask the loader to take a run back, or to let its mass change pass."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if verb not in Order.Verb.values:
        raise Http404
    place_order(actor, run=get_object_or_404(FileRun, uuid=uuid), verb=verb)
    return redirect("feed-run", uuid=uuid)
