"""Outreach: inactive students in bands that say what put them there, and what to try next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.cases.queries import may_note
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.mobility.attempts import Attempts
from bascule.mobility.outreach_bands import LIMITS, VERSION
from bascule.mobility.outreach_slice import SHARE
from bascule.mobility.phones import PhoneNumber, phone_numbers
from bascule.mobility.queries import attempts_by_case, band_counts, outreach
from bascule.web.outreach import (
    ToldBand,
    band_chips,
    bands_of,
    next_words,
    told_bands,
    told_flags,
    tried_words,
    wanted_bands,
)
from bascule.web.pages import note_reads, page

A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One student to reach: where the case stands, the bands, what to try, and the numbers."""

    case: CaseFile
    state: str
    bands: list[ToldBand]
    flags: list[str]
    next: str
    tried: str
    numbers: list[PhoneNumber]
    is_mine: bool
    is_drawn: bool


@page("call_families")
def outreach_page(request: HttpRequest) -> HttpResponse:
    """List whom to reach of those in sight, narrowed to bands, with what to try next."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = wanted_bands(request.GET.dict())
    pages = Paginator(outreach(actor, wanted), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    lines = _lines(request, actor, list(shown.object_list), wanted)
    context = {
        "drawn": [each for each in lines if each.is_drawn],
        "others": [each for each in lines if not each.is_drawn],
        "shown": shown, "total": pages.count, "limits": LIMITS, "version": VERSION,
        "share": SHARE,
        "dimensions": band_chips(band_counts(actor, wanted), wanted),
        "note_kinds": [each for each in Note.Kind.choices if each[0] != Note.Kind.REMARK],
        "outcomes": Note.Outcome.choices,
    }  # fmt: skip
    return render(request, "outreach.html", context)


def _lines(
    request: HttpRequest, actor: Actor, cases: Sequence[CaseFile], wanted: dict[str, str]
) -> list[Line]:
    """Return the lines of a page; whom they show, siblings too, goes into the record of reads."""
    students = [case.student for case in cases if case.student]
    numbers = phone_numbers(actor, students)
    siblings = (one.sibling for each in numbers.values() for one in each)
    note_reads(request, SEE.likely_ground(actor), [*students, *siblings], **wanted)
    tried = attempts_by_case(cases, now())
    return [
        _line(actor, case, tried[case.pk], numbers.get(case.student_id or 0, []))
        for case in cases
    ]  # fmt: skip


def _line(actor: Actor, case: CaseFile, attempts: Attempts, numbers: list[PhoneNumber]) -> Line:
    bands, state = bands_of(case), workflow_of(case.workflow).state(case.state).label
    first = bands.first_kind if bands else ""
    return Line(
        case, state, told_bands(bands) if bands else [], told_flags(bands) if bands else [],
        next_words(attempts, first), tried_words(attempts), numbers, may_note(actor, case),
        is_drawn=bool(first),
    )  # fmt: skip
