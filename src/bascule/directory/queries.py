"""Who is on duty, which schools a role reaches, and the calendars: asked of the dates."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Q, QuerySet

from bascule.directory.models import Absence, Assignment, CalendarDay, Membership, Organization
from bascule.kernel.actor import RoleHeld
from bascule.kernel.named_sql import named_sql
from bascule.kernel.school_calendar import SchoolCalendar


def on(day: date) -> Q:
    """The predicate of dated rows that hold on `day`."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def school_calendar(school: Organization | None = None) -> SchoolCalendar:
    """Return the calendar of `school`, or the district's where it has none of its own."""
    school_id = school.pk if school else None
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "calendar_state"), {"school": school_id})
        state = cursor.fetchone()[0]
    if school is not None and state is None:
        return school_calendar()
    return _calendar(school_id, state)


@lru_cache(maxsize=1_000)
def _calendar(school_id: int | None, _state: str | None) -> SchoolCalendar:
    """Read the days of a calendar, once for each state that it is in."""
    days = CalendarDay.objects.filter(organization=school_id).values_list("day", flat=True)
    return SchoolCalendar.of(days)


def assignments_on(day: date) -> QuerySet[Assignment]:
    """Return who holds which position on `day`, with person and position."""
    return Assignment.objects.filter(on(day)).select_related("person", "position__organization")


def network_of(school: Organization, day: date) -> Organization | None:
    """Return the network (or other parent) that `school` belongs to on `day`."""
    found = Membership.objects.filter(on(day), member=school).select_related("parent").first()
    return found.parent if found else None


def roles_answered(person_id: int, day: date) -> list[RoleHeld]:
    """Return the positions held on `day`, then those covered. An absent holder keeps the own."""
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("directory", "positions_answered"), {"person": person_id, "day": day}
        )
        return [RoleHeld(*row) for row in cursor.fetchall()]


def remit_of(position_ids: Collection[int], day: date) -> tuple[frozenset[int], frozenset[int]]:
    """Return the organizations that positions answer for on `day`, and the schools among and below.

    A position answers for its own organization and for those of its remits.
    """
    if not position_ids:
        return frozenset(), frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("directory", "remit_of_positions"),
            {"positions": list(position_ids), "day": day},
        )
        rows = cursor.fetchall()
    organizations = frozenset(key for key, is_named, _ in rows if is_named)
    return organizations, frozenset(key for key, _, is_school in rows if is_school)


def absences_on(day: date) -> QuerySet[Absence]:
    """Return who is away on `day`, with the person named to cover."""
    return Absence.objects.filter(on(day)).select_related("person", "cover")
