"""Adherence: steps in order and in time, for coaching. Everybody sees their own."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bascule.access.models import User
from bascule.cases.adherence import (
    VERSION,
    Kept,
    begin_of,
    kept_by,
    late_cases_of,
    people_judged,
    steps_taken,
)
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.metrics.rounding import percent
from bascule.mobility.queries import (
    DUTIES,
    OFFER,
    RELEASE,
    Answers,
    answers_of_schools,
    asked_of_schools,
    asked_schools,
    found_in,
    how_answered,
    network_named,
    networks_of,
    schools_of,
)
from bascule.web.pages import note_reads, page

A_PAGE, FEWEST, WHOSE = 50, 10, "case__student__school"
SPANS = {"30": _("30 days"), "90": _("90 days"), "year": _("School year")}
SHOWN = {"": _("All"), "late": _("Not in time"), "back": _("Not in order"),
         "waiting": _("Waiting though late")}  # fmt: skip

DUTY_NAMES = {RELEASE: _("Releases"), OFFER: _("Offered seats")}


@dataclass(frozen=True)
class Share:
    """Some of all; the percent only from ten on, for fewer say nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, half-up to a whole number; None of fewer than ten."""
        return percent(self.part, self.whole, 0) if self.whole >= FEWEST else None


@dataclass(frozen=True)
class Row:
    """One person's steps with both shares, and where they are named."""

    kept: Kept
    address: str

    @property
    def in_time(self) -> Share:
        """Of all that was owed: what waits though late is no step in time."""
        return Share(self.kept.in_time, self.kept.owed)

    @property
    def in_order(self) -> Share:
        """Of the steps that were taken."""
        return Share(self.kept.in_order, self.kept.taken)


@dataclass(frozen=True)
class Line:
    """A step that was taken, out of which state and when; or one that is owed since `at`."""

    case: CaseFile
    state: str
    step: str
    at: datetime | None
    is_late: bool
    is_back: bool


@page("see_adherence")
def adherence(request: HttpRequest) -> HttpResponse:
    """Show the specialists' steps, or one's own, and how schools answered what they were asked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    span = _span(request)
    since, at = begin_of(span, today()), now()
    people = people_judged(actor, since, at)
    addresses = {each.pk: reverse("adherence-steps", args=[each.person.uuid]) for each in people}
    context = {
        "people": [
            Row(each, addresses[each.user_id]) for each in kept_by(actor, people, since, at, at)
        ],
        "spans": SPANS, "span": span, "since": since, "version": VERSION, "fewest": FEWEST,
        "is_lead": actor.may("see_board"),
    }  # fmt: skip
    context |= _schools(request, actor, since, at)
    return render(request, "adherence.html", context)


def _schools(request: HttpRequest, actor: Actor, since: datetime, at: datetime) -> dict[str, Any]:
    """Return a page of the schools that were asked, by name, each with what it answered."""
    network = network_named(actor, request.GET.get("network", ""))
    found = {duty: answers_of_schools(actor, duty, since, at) for duty in DUTIES}
    asked = asked_schools(actor, {pk for each in found.values() for pk in each}, network, at)
    shown = Paginator(asked, A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (school, [_cell(duty, of.get(school.pk, Answers())) for duty, of in found.items()])
        for school in shown.object_list
    ]
    return {"shown": shown, "schools": rows, "networks": networks_of(actor), "network": network}


def _cell(duty: str, answers: Answers) -> tuple[str, Answers, Share]:
    return duty, answers, Share(answers.in_time, answers.owed)


@page("see_adherence")
def adherence_steps(request: HttpRequest, uuid: str) -> HttpResponse:
    """Name the steps behind a figure, of one person; or the late cases that wait for them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    span, at = _span(request), now()
    since = begin_of(span, today())
    wanted = request.GET.get("only", "") if request.GET.get("only") in SHOWN else ""
    user = _user_at(actor, uuid, since, at)
    narrowed = {"late": {"was_late": True}, "back": {"is_back": True}}.get(wanted, {})
    steps = steps_taken(actor, [user.pk], since, at).filter(**narrowed)
    waiting = late_cases_of(actor, user.person_id, at)
    rows: QuerySet[Any] = waiting if wanted == "waiting" else steps.select_related(WHOSE)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(each) for each in shown.object_list]
    note_reads(request, SEE.likely_ground(actor), (line.case.student for line in lines))
    context = {
        "person": user.person, "lines": lines, "shown": shown, "kinds": SHOWN, "wanted": wanted,
        "spans": SPANS, "span": span,
    }  # fmt: skip
    return render(request, "adherence_steps.html", context)


@page("see_adherence")
def adherence_answers(request: HttpRequest, uuid: str) -> HttpResponse:
    """Name the releases, or offers, that were asked of one school, each with how it answered."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    school = schools_of(actor).filter(uuid=uuid).first()
    if school is None:
        raise Http404("There is no such page for you.")
    span, at = _span(request), now()
    duty = request.GET.get("asked", "") if request.GET.get("asked") in DUTIES else RELEASE
    rows = asked_of_schools(actor, duty, begin_of(span, today()), at).filter(school_id=school.pk)
    shown = Paginator(rows.select_related(WHOSE), A_PAGE).get_page(request.GET.get("page"))
    lines = [(each, how_answered(duty, found_in(vars(each)))) for each in shown.object_list]
    note_reads(request, SEE.likely_ground(actor), (each.case.student for each, _ in lines))
    context = {
        "school": school, "lines": lines, "shown": shown, "spans": SPANS, "span": span,
        "duties": DUTY_NAMES, "duty": duty,
    }  # fmt: skip
    return render(request, "adherence_answers.html", context)


def _user_at(actor: Actor, uuid: str, since: datetime, until: datetime) -> User:
    for each in people_judged(actor, since, until):
        if str(each.person.uuid) == str(uuid):
            return each
    raise Http404("There is no such page for you.")


def _line(found: Transition | CaseFile) -> Line:
    """Return a step, or a case in which one is owed, as the list tells it."""
    if isinstance(found, CaseFile):
        state = workflow_of(found.workflow).state(found.state)
        return Line(found, state.label, "", found.due_at, is_late=True, is_back=False)
    workflow = workflow_of(found.case.workflow)
    labels = {each.key: each.label for each in workflow.steps}
    return Line(
        found.case, workflow.state(found.from_state).label, labels.get(found.step, found.step),
        found.at, is_late=found.was_late, is_back=found.is_back,  # type: ignore[attr-defined]
    )  # fmt: skip


def _span(request: HttpRequest) -> str:
    return request.GET.get("days", "") if request.GET.get("days") in SPANS else "30"
