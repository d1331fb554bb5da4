"""Students: the list, the search, and one student's page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bascule.cases.queries import cases_of
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.roster.actions.consents import consents_on, may_record_consents, purposes_of
from bascule.roster.models import Consent
from bascule.roster.policies import SEE
from bascule.roster.queries import (
    NamePages,
    alias_at,
    aliases_of,
    found_students,
    guardians_of,
    programs_of,
    sections_of,
    with_records,
)
from bascule.web.pages import note_reads, page
from bascule.web.timeline import drawn_timeline

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
    """Show one student: one timeline of stints and gaps, what is open, and who may see this."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = SEE.filter(with_records(), actor).filter(uuid=uuid).first()
    if found is None or found.is_alias:
        alias = alias_at(actor, UUID(str(uuid)))
        if alias is None:
            raise Http404("There is no such page for you.")
        return redirect("student", uuid=alias.keeper.uuid)
    ground = SEE.why(found, actor)
    note_reads(request, ground.key if ground else "", [found])
    stints = list(found.stints.select_related("school").order_by("starts_on"))
    cases = list(cases_of(actor, found))
    context = {
        "student": found,
        "ground": ground,
        "stints": list(reversed(stints)),
        "timeline": drawn_timeline(stints, school_calendar(), today()),
        "flags": list(found.flags.filter(cleared_at__isnull=True).order_by("-began_on", "rule")),
        "open_cases": [case for case in cases if case.closed_at is None],
        "guardians": list(guardians_of(found)),
        "places": list(sections_of(found, today())),
        "programs": list(programs_of(actor, found, today())),
        "answers": consents_on(actor, found, today()).values(),
        "may_record": may_record_consents(actor),
        "purposes": purposes_of(actor),
        "choices": Consent.Answer.choices,
        "aliases": aliases_of(actor, found) if found.has_aliases else [],
        "closed_cases": [case for case in cases if case.closed_at],
    }
    return render(request, "student.html", context)
