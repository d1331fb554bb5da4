"""Handovers: releases that schools owe, what the SIS was told, and where it says otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.mobility.models import Handover, RosterAnswer
from bascule.mobility.policies import SEE_HANDOVER, releases
from bascule.mobility.queries import (
    as_owed,
    debts,
    latest_answers,
    owed_releases,
    told_handovers,
)
from bascule.roster.models import Student
from bascule.web.pages import note_reads, page

A_PAGE = 50
DISPUTED = (RosterAnswer.Kind.CONTRADICTED, RosterAnswer.Kind.MISSED)
TABS = {
    "owed": _("Releases owed"),
    "told": _("Told to the SIS"),
    "otherwise": _("The SIS says otherwise"),
}


@dataclass(frozen=True)
class Line:
    """One move: who goes from where to where, and how it stands."""

    case: CaseFile
    student: Student
    sending: str
    receiving: str
    last_day: date | None
    first_day: date | None
    hours: int = 0
    is_mine: bool = False
    says: str = ""
    words: str = ""
    differences: Sequence[dict[str, str]] = ()


@page("see_handovers")
def handovers(request: HttpRequest) -> HttpResponse:
    """List the moves in sight that wait for a release, were told to the SIS, or are disputed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    owed = owed_releases(actor)
    told: QuerySet[Any] = SEE_HANDOVER.filter(told_handovers(), actor)
    lists: dict[str, QuerySet[Any]] = {
        "owed": owed,
        "told": told.order_by("-released_at", "-id"),
        "otherwise": told.filter(roster_says__in=DISPUTED).order_by("first_day_on", "id"),
    }
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in lists else "owed"
    paginators = {key: Paginator(rows, A_PAGE) for key, rows in lists.items()}
    shown = paginators[wanted].get_page(request.GET.get("page"))
    rows: list[Any] = list(shown.object_list)
    lines = _owed(actor, rows) if wanted == "owed" else _told(rows)
    note_reads(request, SEE.likely_ground(actor), (line.student for line in lines), show=wanted)
    context = {
        "tabs": [(key, title, paginators[key].count) for key, title in TABS.items()],
        "wanted": wanted, "shown": shown, "lines": lines,
        "debts": debts(actor, now()) if wanted == "owed" and actor.may("work_cases") else [],
    }  # fmt: skip
    return render(request, "handovers.html", context)


def _owed(actor: Actor, rows: Iterable[CaseFile]) -> list[Line]:
    return [
        Line(
            each.case, each.student,
            sending=each.student.school.name if each.student.school else "",
            receiving=each.to_school, last_day=None, first_day=each.first_day,
            hours=_hours_since(each.asked_at), is_mine=releases(actor, each.case),
        )
        for each in as_owed(rows)
    ]  # fmt: skip


def _told(rows: Sequence[Handover]) -> list[Line]:
    answers = latest_answers(rows)
    return [_told_line(each, answers.get(each.pk)) for each in rows]


def _told_line(each: Handover, answer: RosterAnswer | None) -> Line:
    return Line(
        each.case, each.student, each.from_school.name, each.to_school.name,
        each.last_day_on, each.first_day_on,
        says=answer.kind if answer else "waiting",
        words=answer.get_kind_display() if answer else str(_("The roster has not answered yet")),
        differences=answer.differences if answer else (),
    )  # fmt: skip


def _hours_since(at: datetime) -> int:
    return int((now() - at).total_seconds() // 3600)
