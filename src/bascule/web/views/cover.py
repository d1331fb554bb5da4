"""Cover: who is away or a seat vacant, who stands in, and where nobody does in the next weeks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.access.roles import ROLES
from bascule.cases.boards import uuid_in
from bascule.directory.actions.absences import (
    cancel_absence,
    end_absence,
    name_cover,
    record_absence,
)
from bascule.directory.actions.backups import are_one_team, name_backup
from bascule.directory.cover import (
    LOOKS_AHEAD,
    ONE_TEAM,
    Desk,
    Uncovered,
    away_between,
    desks,
    lately_over,
    uncovered,
    vacancies,
)
from bascule.directory.models import Absence, Person, Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import Refusal
from bascule.web.days import day_in
from bascule.web.pages import page

WORKING = tuple(role.key for role in ROLES.values() if "work_cases" in role.permissions)


ASKED = ("person", "starts_on", "ends_on", "cover", "reason")


@dataclass(frozen=True)
class Away:
    """One absence as the page tells it; the reason for the person and who plans cover alone."""

    absence: Absence
    desks: Sequence[Desk]
    is_now: bool
    is_mine: bool
    reason: str
    covers: Sequence[Person]
    cover_away: Absence | None

    @property
    def has_begun(self) -> bool:
        """Whether a day of it has passed: then it is ended, and before that taken back."""
        return self.absence.starts_on < today()


@dataclass(frozen=True)
class Gap:
    """Days on which nobody is named for a desk, and who would answer."""

    desk: Desk
    days: Uncovered
    instead: Person | None


@page("work_cases")
def cover(request: HttpRequest) -> HttpResponse:
    """Show who is away and who covers in the next weeks; a POST records an absence."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            _record(actor, request.POST)
        except Refusal as refusal:  # the form again, with what was said and what stands in the way
            said = {name: request.POST.get(name, "") for name in ASKED}
            context = _context(actor) | {"said": said, "problem": refusal}
            return render(request, "cover.html", context, status=409)
        return redirect("cover")
    context = _context(actor) | {"said": _unsaid(actor), "problem": None}
    return render(request, "cover.html", context)


@page("work_cases")
@require_POST
def change_absence(request: HttpRequest, uuid: str, verb: str) -> HttpResponse:
    """End an absence early, take it back, or name another cover."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    absence = get_object_or_404(Absence, uuid=uuid)
    if verb == "end":
        end_absence(actor, absence=absence, ends_on=day_in(request.POST.get("ends_on", "")))
    elif verb == "cancel":
        cancel_absence(actor, absence=absence)
    elif verb == "name":
        name_cover(actor, absence=absence, cover=_person(request.POST, "cover"))
    else:
        raise Refusal("no-such-verb", _("An absence is ended, taken back or covered."))
    return redirect("cover")


@page("plan_cover")
@require_POST
def change_backup(request: HttpRequest, uuid: str) -> HttpResponse:
    """Name another backup of a desk, or none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = request.POST.get("backup")
    position = get_object_or_404(Position, uuid=uuid)
    backup = get_object_or_404(Position, uuid=uuid_in(chosen)) if chosen else None
    name_backup(actor, position=position, backup=backup)
    return redirect("cover")


def _standing_in(actor: Actor, team: Sequence[Desk]) -> list[tuple[Desk, list[Desk]]]:
    """Return each desk with those that may stand in for it; none for who does not plan cover."""
    if not actor.may("plan_cover"):
        return [(each, []) for each in team]
    return [
        (each, [other for other in team if are_one_team(each.position, other.position)])
        for each in team
    ]


def gaps_ahead(team: Sequence[Desk], day: date) -> list[Gap]:
    """Return where nobody is named for one of the desks in the next weeks, the earliest first."""
    by_id = {each.position.pk: each for each in team}
    found = uncovered(by_id, day, day + LOOKS_AHEAD)
    people = Person.objects.in_bulk([each.person_id for each in found if each.person_id])
    return [Gap(by_id[each.position_id], each, people.get(each.person_id or 0)) for each in found]


def _unsaid(actor: Actor) -> dict[str, str]:
    """Return the form as it is found: oneself, from today."""
    me = _self(actor)
    return dict.fromkeys(ASKED, "") | {"person": str(me.uuid), "starts_on": today().isoformat()}


def _context(actor: Actor) -> dict[str, Any]:
    day = today()
    team = desks(WORKING, day)
    shown = {each.holder.pk for each in team if each.holder} | {actor.person_id}
    away = [each for each in away_between(day, day + LOOKS_AHEAD) if each.person_id in shown]
    positions = {each.position.pk: each.position for each in team}
    vacant = vacancies(positions, day, day + LOOKS_AHEAD)
    return {
        "gaps": gaps_ahead(team, day), "desks": _standing_in(actor, team),
        "plans": actor.may("plan_cover"),
        "away": [_told(actor, each, team, away) for each in away], "vacant": vacant,
        "missing": len(away) + len(vacant),
        "back": [each for each in lately_over(day) if each.person_id in shown
                 and (each.person_id == actor.person_id or actor.may("plan_cover"))],
        "people": _people(team), "last": day + LOOKS_AHEAD,
    }  # fmt: skip


def _told(actor: Actor, absence: Absence, team: Iterable[Desk], away: Iterable[Absence]) -> Away:
    mine = actor.person_id == absence.person_id or actor.may("plan_cover")
    meanwhile = {each.person_id: each for each in away if _share_a_day(each, absence)}
    held = [each for each in team if each.holder and each.holder.pk == absence.person_id]
    covers: list[Person] = []
    if any(each.position.role in ONE_TEAM for each in held):
        covers = [each for each in _people(team, ONE_TEAM) if each.pk not in meanwhile]
    return Away(
        absence, held, is_now=absence.starts_on <= today(), is_mine=mine, covers=covers,
        reason=absence.reason if mine else "", cover_away=meanwhile.get(absence.cover_id or 0),
    )  # fmt: skip


def _share_a_day(one: Absence, other: Absence) -> bool:
    return one.starts_on <= (other.ends_on or date.max) and (
        other.starts_on <= (one.ends_on or date.max)
    )


def _people(team: Iterable[Desk], roles: Sequence[str] = WORKING) -> list[Person]:
    """Return who holds a desk of one of the roles, by name."""
    held = {each.holder.pk: each.holder for each in team
            if each.holder and each.position.role in roles}  # fmt: skip
    return sorted(held.values(), key=lambda each: (each.family_name, each.given_name, each.pk))


def _record(actor: Actor, said: QueryDict) -> None:
    person = _person(said, "person") if actor.may("plan_cover") else None
    if person is None:
        person = _self(actor)
    record_absence(
        actor, person=person, starts_on=day_in(said.get("starts_on", "")),
        ends_on=day_in(said.get("ends_on", "")) if said.get("ends_on") else None,
        cover=_person(said, "cover"), reason=said.get("reason", "").strip()[:120],
    )  # fmt: skip


def _self(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person_id or 0)


def _person(said: QueryDict, name: str) -> Person | None:
    """Return who was chosen; None where nobody was."""
    uuid = said.get(name, "")
    if not uuid:
        return None
    try:
        return Person.objects.get(uuid=uuid)
    except (Person.DoesNotExist, ValidationError):
        raise Refusal("no-such-person", _("There is no such person.")) from None
