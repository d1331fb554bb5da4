"""Seats: the lines of Options programs with what is free, and the ledger of one line."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, today
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.seats import change_seats
from bascule.mobility.models import SeatChange, SeatHold, SeatLine
from bascule.mobility.policies import SEE_LINE
from bascule.mobility.queries import current_lines, standing_holds, standings
from bascule.web.pages import note_reads, page, visible_or_404

A_PAGE = 50


@page("work_cases")
def seats(request: HttpRequest) -> HttpResponse:
    """List the lines in whose window a student can still start, or those with a free seat."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at, is_free = now(), request.GET.get("show") == "free"
    lines = standings(SEE_LINE.filter(current_lines(local_day(at)), actor), at)
    wanted = [each for each in lines if each.free] if is_free else lines
    shown = Paginator(wanted, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown, "is_free": is_free, "lines": len(wanted),
        "capacity": sum(each.capacity for each in lines),
        "offered": sum(each.offered for each in lines),
        "taken": sum(each.taken for each in lines),
        "free": sum(each.free for each in lines),
    }  # fmt: skip
    return render(request, "seats.html", context)


@page("work_cases")
def seat_line(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one line: its program, its dated changes, who holds a seat; a POST changes seats."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = SeatLine.objects.select_related("program__school")
    line: SeatLine = visible_or_404(SEE_LINE, rows, actor, uuid=uuid)
    if request.method == "POST":
        return _change(request, actor, line)
    at = now()
    [standing] = standings([line], at)
    held = _named_holds(actor, line, at)
    note_reads(request, SEE.likely_ground(actor), (hold.student for hold in held))
    context = {
        "line": line, "standing": standing, "held": held, "today": today(),
        "out_of_sight": max(0, standing.in_use - len(held)),
        "ledger": list(_ledger(line.changes.order_by("effective_on", "id"))),
    }  # fmt: skip
    return render(request, "seat_line.html", context)


def _named_holds(actor: Actor, line: SeatLine, at: datetime) -> list[SeatHold]:
    """Return who has a seat, of the students in sight; of a service only who may know of it."""
    if line.service != SeatLine.Service.GENERAL and not actor.sees_restricted:
        return []
    return list(standing_holds(actor, at).filter(line=line).order_by("held_at", "id"))


def _ledger(changes: Iterable[SeatChange]) -> Iterator[tuple[SeatChange, int]]:
    """Yield each change with the seats that there are after it."""
    total = 0
    for change in changes:
        total += change.seats
        yield change, total


def _change(request: HttpRequest, actor: Actor, line: SeatLine) -> HttpResponse:
    said = request.POST
    try:
        count, day = int(said.get("seats", "")), date.fromisoformat(said.get("effective_on", ""))
    except ValueError:
        raise Refusal("unreadable", _("Say how many seats, and from which day.")) from None
    change_seats(actor, line=line, seats=count, effective_on=day, reason=said.get("reason", ""))
    return redirect("seat-line", uuid=line.uuid)
