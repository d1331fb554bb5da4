"""What helps: outreach drawn by lot is started and ended here, and what it shows is compared."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.mobility.actions.outreach_slices import end_slice, start_slice
from bascule.mobility.models import OutreachSlice
from bascule.mobility.outreach_slice import (
    ALL_DRAWN,
    NOT_DRAWN,
    SHARE,
    WITHIN,
    Arm,
    kind_arms,
    order_arms,
)
from bascule.mobility.queries import drawn_cases, latest_slice
from bascule.web.outreach import kind_words
from bascule.web.pages import page


@page("draw_outreach")
def outreach_slice(request: HttpRequest) -> HttpResponse:
    """Show what the lot shows; a POST of the Lead starts or ends it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        return _started_or_ended(actor, request)
    running = latest_slice()
    context = {
        "running": running, "share": SHARE, "days": WITHIN.days,
        "tables": _tables(actor, running) if running else [],
    }  # fmt: skip
    return render(request, "outreach_slice.html", context)


def _started_or_ended(actor: Actor, request: HttpRequest) -> HttpResponse:
    if request.POST.get("verb") == "start":
        start_slice(actor, approved_by=request.POST.get("approved_by", ""))
    elif request.POST.get("verb") == "end":
        end_slice(actor)
    return redirect("outreach-slice")


def _tables(actor: Actor, running: OutreachSlice) -> list[tuple[str, list[tuple[str, Arm, str]]]]:
    """Return both comparisons, each arm with its words and how it differs."""
    rows, at = drawn_cases(actor, running), now()
    return [
        (title, [(_words(arm), arm, _difference(arm)) for arm in arms])
        for title, arms in (
            (_("Coming first"), order_arms(rows, at)),
            (_("What is tried first"), kind_arms(rows, at)),
        )
    ]


def _difference(arm: Arm) -> str:
    """Say by how much an arm differs, with the minus sign of print; nothing where none is known."""
    if arm.difference is None:
        return ""
    points, low, high = (
        f"{each:+}".replace("-", "−")
        for each in (arm.difference.points, arm.difference.low, arm.difference.high)
    )
    said = {"points": points, "low": low, "high": high}
    return _("%(points)s points, between %(low)s and %(high)s") % said


def _words(arm: Arm) -> str:
    titles = {NOT_DRAWN: _("Not drawn"), ALL_DRAWN: _("Drawn to come first")}
    return titles.get(arm.key) or kind_words(arm.key).capitalize()
