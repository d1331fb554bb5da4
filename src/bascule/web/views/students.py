"""Students: the list, the search, and one student's page."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.access.queries import readers_of
from bascule.cases.models import CaseFile, Note
from bascule.cases.queries import cases_of, may_note, notes_on, workflows_about
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.mobility.queries import latest_transition_note, standing_flags
from bascule.roster.actions.consents import consents_on, may_record_consents, purposes_of
from bascule.roster.models import Consent, Student
from bascule.roster.one_student import (
    absences_of,
    guardians_of,
    marks_of,
    programs_of,
    records_of,
    sections_of,
    stints_of,
    student_at,
)
from bascule.roster.policies import SEE
from bascule.roster.queries import NamePages, alias_at, aliases_of, found_students
from bascule.web.attendance import attendance_this_year
from bascule.web.pages import note_reads, page, visible_or_404
from bascule.web.story import KINDS, age_on, earned_of, told_story
from bascule.web.timeline import drawn_timeline, gaps_in

A_PAGE = 50


@page()
def students(request: HttpRequest) -> HttpResponse:
    """List the visible students by name, or those that the search finds."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"text": text}
    if text:
        rows = list(found_students(actor, text))
        context["total"] = len(rows)
    else:
        pages = NamePages(actor, A_PAGE)
        context["shown"] = pages.get_page(request.GET.get("page"))
        context["total"] = pages.count
        rows = list(context["shown"].object_list)
    note_reads(request, SEE.likely_ground(actor), rows, q=text)
    return render(request, "students.html", {**context, "students": rows})


@page()
def student(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one student: everything on one axis, what is open, what happened, and the family.

    `kind` narrows the stream of what happened to one kind of line.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = student_at(UUID(str(uuid)))
    ground = SEE.why(found, actor) if found else None
    if found is None or ground is None:
        return _keeper_of(actor, uuid)
    records = records_of(found)
    if records.is_alias:
        return _keeper_of(actor, uuid)
    note_reads(request, ground.key, [found])
    cases = cases_of(actor, found)
    open_ones = [case for case in cases if case.closed_at is None]
    context = {
        "student": found,
        "age": age_on(found.birth_on, today()),
        "ground": ground,
        **_story(found, cases, request.GET.get("kind", "")),
        "open_cases": open_ones,
        "to_note": [case for case in open_ones if may_note(actor, case)],
        "note_kinds": Note.Kind.choices,
        "outcomes": Note.Outcome.choices,
        "to_open": workflows_about(actor, found),
        "reported": "reported" in request.GET,
        "guardians": guardians_of(found),
        "places": sections_of(found, today()),
        "programs": programs_of(actor, found, today()),
        "answers": consents_on(actor, found, today()).values(),
        "may_record": may_record_consents(actor),
        "purposes": purposes_of(actor),
        "choices": Consent.Answer.choices,
        "transition_note": latest_transition_note(found),
        "aliases": aliases_of(actor, found) if records.has_aliases else [],
    }
    return render(request, "student.html", context)


def _keeper_of(actor: Actor, uuid: str) -> HttpResponse:
    """Lead from the address of a record that became another's to whoever keeps its rows."""
    alias = alias_at(actor, UUID(str(uuid)))
    if alias is None:
        raise Http404("There is no such page for you.")
    return redirect("student", uuid=alias.keeper.uuid)


def _story(found: Student, cases: list[CaseFile], kind: str) -> dict[str, Any]:
    """The student's years: the drawing, the stream of one kind or of all, and the sums."""
    calendar = school_calendar()
    stints = stints_of(found)
    gaps = gaps_in(stints, calendar, today())
    notes = notes_on(cases)
    absences, marks = absences_of(found), marks_of(found)
    flags = standing_flags(found)
    lines = told_story(stints, gaps, cases, notes, flags, absences, marks)
    counts = Counter(line.kind for line in lines)
    return {
        "timeline": drawn_timeline(stints, gaps, absences, cases, notes, today()),
        "gaps": gaps,
        "kinds": [(key, words, counts[key]) for key, words in KINDS.items() if counts[key]],
        "kind": kind if counts[kind] else "",
        "lines": [line for line in lines if not counts[kind] or line.kind == kind],
        "attendance": attendance_this_year(found, absences, calendar),
        "credits": earned_of(marks) if marks else "",
    }


@page()
def readers(request: HttpRequest, uuid: str) -> HttpResponse:
    """Say who can see a student: by position now, and by which other ways somebody may."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = visible_or_404(SEE, Student.objects.select_related("school"), actor, uuid=uuid)
    ground = SEE.why(found, actor)
    note_reads(request, ground.key if ground else "", [found])
    reading = readers_of(found.school_id, today())
    context = {
        "student": found,
        "ground_words": _(ground.title) if ground else "",
        "near": [each for each in reading if not each.is_district],
        "district": [each for each in reading if each.is_district],
    }
    return render(request, "student_readers.html", context)
