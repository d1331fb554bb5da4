"""Who is away or a seat vacant, who stands in, and where nobody does: before the day comes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import connection
from django.db.models import Q, QuerySet

from bascule.directory.models import (
    Absence,
    Assignment,
    Organization,
    Person,
    Position,
    Remit,
)
from bascule.directory.on_duty import OnDuty, duty_roster
from bascule.directory.queries import assignments_on, on
from bascule.kernel.named_sql import named_sql

LOOKS_AHEAD = timedelta(days=30)
"""How far ahead a day without cover is shown: a proposal, to be confirmed by the district."""
HANDED_BACK_FOR = timedelta(days=14)
"""How long after a return its hand-back list is offered."""
NAMED = ("holder", "cover", "backup")
"""Who answers by name; everybody after them in the order of duty is an emergency."""
ONE_TEAM = ("transition_specialist", "mobility_lead", "options_desk")
"""The roles that stand in for each other; of any other role, only a colleague of the same one."""


@dataclass(frozen=True)
class Uncovered:
    """A position for which nobody is named in a span of days, and who answers instead, if any."""

    position_id: int
    starts_on: date
    ends_on: date
    because: str
    person_id: int | None


@dataclass(frozen=True)
class Vacancy:
    """A position that nobody holds from a day on, up to a day or for all that is known."""

    position: Position
    starts_on: date
    ends_on: date | None


def sharing(starts_on: date, ends_on: date | None) -> Q:
    """The predicate of dated rows that share a day with a span; a null end is open."""
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)
    return not_over if ends_on is None else not_over & Q(starts_on__lte=ends_on)


def away_between(starts_on: date, ends_on: date | None) -> QuerySet[Absence]:
    """Return the absences that share a day with a span, in order of time."""
    rows = Absence.objects.filter(sharing(starts_on, ends_on)).select_related("person", "cover")
    return rows.order_by("starts_on", "person__family_name", "id")


def lately_over(day: date) -> QuerySet[Absence]:
    """Return the absences that were over in the days before `day`, in order of time."""
    rows = Absence.objects.filter(ends_on__lt=day, ends_on__gte=day - HANDED_BACK_FOR)
    return rows.select_related("person", "cover").order_by("ends_on", "id")


def possible_covers(person: Person, starts_on: date, ends_on: date | None) -> QuerySet[Person]:
    """Return who may cover for `person`: colleagues of the same work who are there on all days.

    Covering gives the powers of the position: it is never handed beyond its role or its team.
    """
    held = Assignment.objects.filter(sharing(starts_on, ends_on), person=person)
    roles = set(held.values_list("position__role", flat=True))
    if roles & set(ONE_TEAM):
        roles |= set(ONE_TEAM)
    seated = Assignment.objects.filter(on(starts_on), position__role__in=roles)
    away = Absence.objects.filter(sharing(starts_on, ends_on))
    people = Person.objects.filter(pk__in=seated.values("person")).exclude(pk=person.pk)
    return people.exclude(pk__in=away.values("person"))


def unbacked_positions(person: Person, starts_on: date, ends_on: date | None) -> list[Position]:
    """Return the person's positions of the team whose backup is not there on all the days."""
    held = Position.objects.filter(
        pk__in=Assignment.objects.filter(on(starts_on), person=person).values("position"),
        role__in=ONE_TEAM,
    )
    away = Absence.objects.filter(sharing(starts_on, ends_on)).values("person")
    present = Assignment.objects.filter(on(starts_on)).exclude(person__in=away)
    present = present.exclude(person=person)
    return list(held.exclude(backup__in=present.values("position")).order_by("title", "id"))


def uncovered(position_ids: Collection[int], first: date, last: date) -> list[Uncovered]:
    """Return when nobody is named for a position between two days, the earliest first.

    Only the days on which somebody leaves, returns, starts or stops are asked: duty changes on no
    other. Neighboring spans in which the same person answers are one.
    """
    days = _days_of_change(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("directory", "uncovered"),
            {"days": days, "positions": list(position_ids), "named": list(NAMED)},
        )
        rows = cursor.fetchall()
    ends = {day: after - timedelta(days=1) for day, after in pairwise(days)}
    found: list[Uncovered] = []
    for position, day, because, person in rows:
        end = ends.get(day, last)
        if found and _goes_on(found[-1], position, day, because, person):
            day = found.pop().starts_on
        found.append(Uncovered(position, day, end, because, person))
    return sorted(found, key=lambda each: (each.starts_on, each.position_id))


def _goes_on(before: Uncovered, position: int, day: date, because: str, person: int | None) -> bool:
    same = (before.position_id, before.because, before.person_id) == (position, because, person)
    return same and before.ends_on + timedelta(days=1) == day


def _days_of_change(first: date, last: date) -> list[date]:
    days = {first}
    for rows in (Absence.objects.all(), Assignment.objects.all()):
        near = Q(starts_on__range=(first, last)) | Q(ends_on__range=(first, last))
        for starts_on, ends_on in rows.filter(near).values_list("starts_on", "ends_on"):
            days |= {starts_on, *([ends_on + timedelta(days=1)] if ends_on else [])}
    return sorted(day for day in days if first <= day <= last)


def vacancies(positions: Mapping[int, Position], first: date, last: date) -> list[Vacancy]:
    """Return which positions nobody holds on some day between two days: the first such span."""
    held: dict[int, list[Assignment]] = {key: [] for key in positions}
    rows = Assignment.objects.filter(sharing(first, None), position__in=positions)
    for row in rows.order_by("starts_on"):
        held[row.position_id].append(row)
    spans = ((positions[key], _unheld(rows, first)) for key, rows in held.items())
    return [Vacancy(each, *span) for each, span in spans if span and span[0] <= last]


def _unheld(rows: list[Assignment], first: date) -> tuple[date, date | None] | None:
    """Return the first span from `first` on that no assignment covers, None where there is none."""
    day = first
    for row in rows:
        if row.starts_on > day:
            return day, row.starts_on - timedelta(days=1)
        if row.ends_on is None:
            return None
        day = row.ends_on + timedelta(days=1)
    return day, None


@dataclass(frozen=True)
class Desk:
    """A position with its networks: who holds it, who backs it up, and who is on duty for it."""

    position: Position
    networks: tuple[str, ...]
    holder: Person | None
    stand_in: Person | None
    duty: OnDuty
    on_duty: Person | None


def desks(roles: Collection[str], day: date) -> list[Desk]:
    """Return the desks of `roles` outside schools on `day`, by title. Five queries in all."""
    rows = Position.objects.filter(role__in=roles).select_related("backup")
    positions = list(rows.exclude(organization__kind=Organization.Kind.SCHOOL))
    networks: dict[int, list[str]] = {each.pk: [] for each in positions}
    remits = Remit.objects.filter(on(day), position__in=positions)
    for position, name in remits.order_by("organization__name").values_list(
        "position_id", "organization__name"
    ):
        networks[position].append(name)
    shown = {*networks, *(each.backup_id for each in positions)}
    held = assignments_on(day).filter(position__in=[key for key in shown if key])
    holders = {each.position_id: each.person for each in held}
    roster = duty_roster(day)
    answers = {roster[each.pk].person_id for each in positions}
    answering = Person.objects.in_bulk([person for person in answers if person is not None])
    return [
        Desk(
            each, tuple(networks[each.pk]), holders.get(each.pk),
            holders.get(each.backup_id or 0), roster[each.pk],
            answering.get(roster[each.pk].person_id or 0),
        )
        for each in positions
    ]  # fmt: skip
