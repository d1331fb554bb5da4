"""Jump: from any page to a student, a school or a page, by a few letters."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.roster.models import Student
from bascule.roster.policies import SEE
from bascule.roster.queries import found_students
from bascule.web.pages import note_reads, page
from bascule.web.workspaces import Entry, menu_of, pages_of

STUDENTS_SHOWN, SCHOOLS_SHOWN = 7, 4
SHORTEST = 2
"""Fewer letters find half of the district: nobody is shown, and nobody is recorded as read."""


@page()
def jump(request: HttpRequest) -> HttpResponse:
    """Return what fits the letters: pages, students in sight, and schools with their trends."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()
    students: list[Student] = []
    if len(text) >= SHORTEST:
        students = list(found_students(actor, text, STUDENTS_SHOWN))
        note_reads(request, SEE.likely_ground(actor), students, q=text)
    context: dict[str, Any] = {
        "text": text, "is_short": len(text) < SHORTEST, "students": students,
        "pages": _pages(actor, text), "schools": _schools(actor, text),
    }  # fmt: skip
    return render(request, "jump.html", context)


def _pages(actor: Actor, text: str) -> list[Entry]:
    """Return the pages whose name contains the text; without one, those of the menu."""
    if not text:
        return menu_of(actor)
    return [each for each in pages_of(actor) if text.casefold() in str(each.title).casefold()]


def _schools(actor: Actor, text: str) -> QuerySet[Organization] | list[Organization]:
    """Return the schools in the actor's remit by name, for whoever may open their figures."""
    if len(text) < SHORTEST or not actor.may("see_measures"):
        return []
    rows = Organization.objects.filter(kind=Organization.Kind.SCHOOL, name__icontains=text)
    if not actor.is_district_wide:
        rows = rows.filter(pk__in=actor.school_ids)
    return rows.order_by("name")[:SCHOOLS_SHOWN]
