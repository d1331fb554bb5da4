"""The board: what is open and late with whom, what it costs, and where nobody will be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bascule.cases.boards import (
    MEDIANS_OVER,
    NO_NETWORK,
    SCHOOLS,
    Load,
    Loads,
    Part,
    loads,
    loads_by_network,
    unclaimed,
)
from bascule.cases.declarations import State, Workflow
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of, workflows
from bascule.directory.cover import Desk, desks
from bascule.directory.models import Organization, Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, today
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.models import BoardFigure
from bascule.mobility.queries import (
    Between,
    debts,
    denials,
    moves_between_schools,
    with_appeals,
)
from bascule.roster.models import Student
from bascule.roster.policies import SEE as SEE_STUDENT
from bascule.web.case_parts import address_of
from bascule.web.pages import note_reads, page
from bascule.web.views.cover import WORKING, gaps_ahead

A_PAGE, NAMED, MONTHS = 50, 10, 3


@dataclass(frozen=True)
class Row:
    """One line of a table: what is counted, its load, and the lists behind both numbers."""

    title: str
    load: Load
    part: Part
    desk: Desk | None = None
    hours: BoardFigure | None = None

    @property
    def all_open(self) -> str:
        """The address of the list of what is open."""
        return address_of(self.part)

    @property
    def all_late(self) -> str:
        """The address of the list of what is late."""
        return address_of(replace(self.part, is_late=True))


@dataclass(frozen=True)
class Lost:
    """Student-days lost by the moves that arrived in one month, or in the whole school year."""

    month: date | None
    days: Decimal
    moves: int


@page("see_board")
def board(request: HttpRequest) -> HttpResponse:
    """Count what is open and late by desk, state and network, live; the night's figures beside."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at, day = now(), today()
    found, team = loads(actor, at), desks(WORKING, day)
    waiting = unclaimed(actor, at)
    named = list(waiting[:NAMED])
    note_reads(request, SEE.likely_ground(actor), (each.student for each in named))
    owed = debts(actor, at)
    hours, lost = _night_figures()
    context = {
        "total": sum(found.by_owner.values(), Load()), "at": at,
        "desks": list(_desk_rows(found, team)), "states": list(_state_rows(found, hours)),
        "networks": list(_network_rows(found, day)),
        "named": named, "unclaimed": waiting.count() if len(named) == NAMED else len(named),
        "all_unclaimed": address_of(Part(is_unclaimed=True)),
        "gaps": gaps_ahead(team, day), "debts": owed[:NAMED], "lost": lost,
        "more_debts": owed[NAMED:],
        "counted_on": next(iter(hours.values())).as_of if hours else None,
        "days": MEDIANS_OVER.days,
    }  # fmt: skip
    return render(request, "board.html", context)


def _desk_rows(found: Loads, team: Sequence[Desk]) -> Iterator[Row]:
    """Yield each desk of the office, the others outside schools, and those in schools as one."""
    for desk in team:
        part = Part(desk=str(desk.position.uuid))
        yield Row(desk.position.title, found.by_owner.get(desk.position.pk, Load()), part, desk)
    known = {desk.position.pk for desk in team}
    outside = Position.objects.exclude(organization__kind=Organization.Kind.SCHOOL)
    others = [each for each in outside if each.pk in found.by_owner.keys() - known]
    for position in others:
        yield Row(position.title, found.by_owner[position.pk], Part(desk=str(position.uuid)))
    known |= {position.pk for position in others}
    in_schools = (load for owner, load in found.by_owner.items() if owner not in known)
    yield Row("", sum(in_schools, Load()), Part(desk=SCHOOLS))


def _state_rows(
    found: Loads, hours: dict[str, BoardFigure]
) -> Iterator[tuple[Workflow, Load, list[Row]]]:
    """Yield the kinds of cases of which one is open, each with its states in declared order."""
    for workflow in workflows():
        rows = [_state_row(found, workflow, each, hours) for each in workflow.states
                if not each.ends]  # fmt: skip
        load = sum((row.load for row in rows), Load())
        if load.open:
            yield workflow, load, rows


def _state_row(
    found: Loads, workflow: Workflow, state: State, hours: dict[str, BoardFigure]
) -> Row:
    load = found.by_state.get((workflow.key, state.key), Load())
    part = Part(workflow=workflow.key, state=state.key)
    return Row(state.label, load, part, hours=hours.get(f"{workflow.key}.{state.key}"))


def _network_rows(found: Loads, day: date) -> Iterator[Row]:
    by_network = loads_by_network(found, day)
    for network in Organization.objects.filter(pk__in=[each for each in by_network if each]):
        yield Row(network.name, by_network[network.pk], Part(network=str(network.uuid)))
    if None in by_network:
        yield Row("", by_network[None], Part(network=NO_NETWORK))


def _night_figures() -> tuple[dict[str, BoardFigure], list[Lost]]:
    """Return the medians by state, and the days lost: this school year, then its last months."""
    hours, months = {}, []
    for each in BoardFigure.objects.order_by("-about"):
        if each.kind == BoardFigure.Kind.HOURS:
            hours[each.about] = each
        else:
            months.append(Lost(date.fromisoformat(f"{each.about}-01"), each.figure, each.count))
    whole = Lost(None, sum((m.days for m in months), Decimal()), sum(m.moves for m in months))
    return hours, [whole, *months[:MONTHS]] if months else []


@page("see_board")
def days_between(request: HttpRequest) -> HttpResponse:
    """Name the moves behind the student-days lost: of one month of arrival, or of the year."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    figure = BoardFigure.objects.filter(kind=BoardFigure.Kind.DAYS_LOST).first()
    day = figure.as_of if figure else local_day(now())
    first, last = _span(request.GET.get("month", ""), day)
    moves = [each for each in moves_between_schools(day, first, last) if each.days]
    shown = Paginator(moves, A_PAGE).get_page(request.GET.get("page"))
    lines = _named(actor, list(shown.object_list))
    note_reads(request, SEE_STUDENT.likely_ground(actor), (student for _, student, _, _ in lines))
    context = {
        "lines": lines, "shown": shown, "first": first, "last": last, "day": day,
        "days": sum(each.days for each in moves),
    }  # fmt: skip
    return render(request, "days_between.html", context)


def _span(month: str, day: date) -> tuple[date, date]:
    """Return the first and last day of a month such as 2026-11, or of the school year so far."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return date(school_year_of(day) - 1, 7, 1), day
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _named(
    actor: Actor, moves: Sequence[Between]
) -> list[tuple[Between, Student, Organization, Organization]]:
    """Return the moves of students in sight with who moved, from where and to where."""
    rows = Student.objects.filter(pk__in=[each.student_id for each in moves])
    students = {each.pk: each for each in SEE_STUDENT.filter(rows, actor)}
    schools = Organization.objects.in_bulk(
        {each.from_school_id for each in moves} | {each.to_school_id for each in moves}
    )
    return [
        (each, students[each.student_id], schools[each.from_school_id], schools[each.to_school_id])
        for each in moves if each.student_id in students
    ]  # fmt: skip


@page("see_board")
def denial_register(request: HttpRequest) -> HttpResponse:
    """List each denied transfer and refused release with its reason, its appeal and the outcome."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = Paginator(denials(actor), A_PAGE).get_page(request.GET.get("page"))
    found = with_appeals(actor, list(shown.object_list))
    note_reads(request, SEE.likely_ground(actor), (each.said.case.student for each in found))
    lines = [
        (each, workflow_of(each.said.case.workflow).state(each.said.case.state).label,
         workflow_of(each.appeal.workflow).state(each.appeal.state).label if each.appeal else "")
        for each in found
    ]  # fmt: skip
    return render(request, "denials.html", {"lines": lines, "shown": shown})
