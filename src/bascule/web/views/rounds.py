"""Rounds: prepare one, see who takes part and who does not, run it, read why, make the offers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.round_offers import make_offers
from bascule.mobility.actions.rounds import cancel_round, list_again, prepare_round, run_round
from bascule.mobility.models import PlacementRound, RoundResult, SeatLine
from bascule.mobility.policies import SEE_ROUND
from bascule.mobility.queries import (
    Standing,
    Waiting,
    lines_of,
    results_of,
    standings,
    waiting_for,
    windows_to_come,
)
from bascule.mobility.rounds import PRIORITIES, SINCE
from bascule.web.pages import note_reads, page, visible_or_404
from bascule.web.round_odds import told_odds
from bascule.web.round_words import told_result

A_PAGE = 50
VERBS: dict[str, Callable[..., Any]] = {
    "list": list_again,
    "run": run_round,
    "cancel": cancel_round,
}


@dataclass(frozen=True)
class LineOfRound:
    """One line of seats in a round: free as it was run (or today), and filled by it."""

    line: SeatLine
    free: int
    filled: int

    @property
    def left(self) -> int:
        """Seats that nobody got."""
        return self.free - self.filled


@page("see_rounds")
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds, the newest first; a POST of the Lead prepares one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        return _prepare(actor, request.POST.get("window", ""))
    shown = Paginator(SEE_ROUND.filter(PlacementRound.objects.all(), actor), A_PAGE).get_page(
        request.GET.get("page")
    )
    windows = windows_to_come(today()) if actor.may("run_rounds") else []
    return render(request, "rounds.html", {"shown": shown, "windows": windows})


def _prepare(actor: Actor, said: str) -> HttpResponse:
    starts_on, _space, window = said.partition(" ")
    try:
        first = date.fromisoformat(starts_on)
    except ValueError:
        raise Refusal("no-window", _("Choose the window whose seats are to be given.")) from None
    return redirect("round", uuid=prepare_round(actor, window=window, starts_on=first).uuid)


@page("see_rounds")
def placement_round(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one round: its seats, what it gave each student in sight and why, who is not in it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: PlacementRound = visible_or_404(
        SEE_ROUND, PlacementRound.objects.all(), actor, uuid=uuid
    )
    results = results_of(actor, found)
    shown = Paginator(results, A_PAGE).get_page(request.GET.get("page"))
    rows: list[RoundResult] = list(shown.object_list)
    outside, standing = _outside(actor, found)
    seen = [*(row.student for row in rows), *(each.case.student for each in outside)]
    note_reads(request, SEE.likely_ground(actor), seen)
    context = {
        "round": found, "shown": shown,
        "results": [(row, told_result(found, row), told_odds(found, row)) for row in rows],
        "outside": outside, "lines": _lines(found, standing), "priorities": PRIORITIES,
        "since": SINCE, "offers": _offers(actor, found),
    }  # fmt: skip
    return render(request, "round.html", context)


def _offers(actor: Actor, found: PlacementRound) -> dict[str, int]:
    """Return how many offers to students in sight are due, made and skipped; none before."""
    if found.state != PlacementRound.State.OFFERED:
        return {}
    counts = results_of(actor, found).order_by("offer").values_list("offer")
    return {key: number for key, number in counts.annotate(Count("id")) if key}


def _outside(actor: Actor, found: PlacementRound) -> tuple[list[Waiting], Sequence[Standing]]:
    """Return who waits and is not on the list of a round that is open, and how its lines stand."""
    if not found.is_open:
        return [], standings(lines_of(found), now())
    waiting, standing = waiting_for(actor, found, now())
    listed = set(results_of(actor, found).values_list("case_id", flat=True))
    return [each for each in waiting if each.case.pk not in listed], standing


def _lines(found: PlacementRound, standing: Sequence[Standing]) -> list[LineOfRound]:
    """Return the seats by line: as the round was run, or as they are free now."""
    if not found.seats:
        return [LineOfRound(each.line, each.free, 0) for each in standing]
    kept = found.seats
    return [
        LineOfRound(each.line, kept[key]["free"], kept[key]["filled"])
        for each in standing if (key := str(each.line.uuid)) in kept
    ]  # fmt: skip


@page("run_rounds")
@require_POST
def round_verb(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """List again, run, offer or cancel a round."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: PlacementRound = visible_or_404(
        SEE_ROUND, PlacementRound.objects.all(), actor, uuid=uuid
    )
    if verb == "offer":
        _offer(actor, found, request.POST)
    elif verb in VERBS:
        VERBS[verb](actor, placement=found)
    else:
        raise Http404("There is no such page for you.")
    return redirect("round", uuid=uuid)


def _offer(actor: Actor, found: PlacementRound, said: QueryDict) -> None:
    """Make the offers of the run that the person was shown, if its families are confirmed."""
    families, run_at = said.get("families", ""), parse_datetime(said.get("run_at", ""))
    if not (families.isascii() and families.isdigit()):
        raise Refusal("not-confirmed", _("Confirm how many families will be told."))
    make_offers(actor, placement=found, families=int(families), run_at=run_at)
