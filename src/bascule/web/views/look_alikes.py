"""Look-alikes: pairs of records that may be one student, side by side, for who decides."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bascule.cases.queries import cases_of
from bascule.kernel.actor import Actor
from bascule.roster.actions.judging import judge_pair
from bascule.roster.models import Judgment, LookAlike, Student
from bascule.roster.one_student import guardians_of
from bascule.roster.policies import DECIDE, SEE
from bascule.roster.queries import (
    claims_reported_for,
    judged_look_alikes,
    last_look,
    open_look_alikes,
)
from bascule.web.likeness import likeness_of
from bascule.web.pages import note_reads, page, visible_or_404

A_PAGE = 50


@page("combine_students")
def look_alikes(request: HttpRequest) -> HttpResponse:
    """List the pairs that wait for a word, the likeliest first, or those that were judged."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    is_judged = request.GET.get("show") == "judged"
    rows = judged_look_alikes(actor) if is_judged else open_look_alikes(actor)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    pairs = list(shown.object_list)
    students = [student for pair in pairs for student in (pair.first, pair.second)]
    note_reads(request, SEE.likely_ground(actor), students)
    context = {
        "shown": shown, "is_judged": is_judged, "last": last_look(),
        "lines": [(pair, likeness_of(pair), newest_word(pair)) for pair in pairs],
    }  # fmt: skip
    return render(request, "look_alikes.html", context)


@page("combine_students")
def look_alike(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show both records side by side and why they look alike; a POST says one student or two."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = LookAlike.objects.select_related("first__school", "second__school")
    pair: LookAlike = visible_or_404(DECIDE, rows, actor, uuid=uuid)
    if request.method == "POST":
        return _judge(request, actor, pair)
    students = [pair.first, pair.second]
    ground = SEE.why(pair.first, actor)
    note_reads(request, ground.key if ground else "", students)
    said = list(pair.judgments.all())
    context = {
        "pair": pair, "likeness": likeness_of(pair), "said": said, "ground": ground,
        "newest": said[0] if said else None,
        "records": [_record(actor, student) for student in students],
    }  # fmt: skip
    return render(request, "look_alike.html", context)


def _judge(request: HttpRequest, actor: Actor, pair: LookAlike) -> HttpResponse:
    both = {str(each.uuid): each for each in (pair.first, pair.second)}
    judge_pair(
        actor, pair=pair, answer=request.POST.get("answer", ""),
        survivor=both.get(request.POST.get("survivor", "")),
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return redirect("look-alike", uuid=pair.uuid)


def _record(actor: Actor, student: Student) -> dict[str, Any]:
    """What is known of one of the two: its enrollments as reported for it, family and cases."""
    return {
        "student": student,
        "claims": list(claims_reported_for(student)),
        "guardians": guardians_of(student),
        "cases": len(cases_of(actor, student)),
    }


def newest_word(pair: LookAlike) -> Judgment | None:
    """Return what was said of a pair last; the judgments are read with the page's pairs."""
    return next(iter(pair.judgments.all()), None)
