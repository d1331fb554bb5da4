"""One's own calendar feed: its page under the account, and what a calendar program reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from bascule.cases.calendars import calendar_of, end_feed, enter_by_secret, feed_of, make_feed
from bascule.kernel.actor import Actor
from bascule.web.pages import page


@page()
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Show whether one has a calendar; a POST makes a new address, shown once, or ends it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "calendar.html", {"feed": feed_of(actor)})
    if request.POST.get("what") == "end":
        end_feed(actor)
        return redirect("calendar")
    secret = make_feed(actor, language=translation.get_language() or "en")
    address = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    return render(request, "calendar.html", {"feed": feed_of(actor), "address": address})


@page(public=True)
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program that knows a secret address; 404 for any other."""
    if request.method not in ("GET", "HEAD") or not (entered := enter_by_secret(secret)):
        raise Http404
    actor, language = entered
    request.actor = actor  # type: ignore[attr-defined]
    request.reads.visited = "calendar"  # type: ignore[attr-defined]
    with translation.override(language):
        body = calendar_of(actor)
    headers = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
