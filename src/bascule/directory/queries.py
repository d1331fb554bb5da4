"""Who is on duty, which schools a role reaches, and the calendars: asked of the dates."""

from datetime import date

from django.db.models import Q, QuerySet

from bascule.directory.models import Absence, Assignment, CalendarDay, Membership, Organization
from bascule.kernel.school_calendar import SchoolCalendar


def on(day: date) -> Q:
    """The predicate of dated rows that hold on `day`."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def school_calendar(school: Organization | None = None) -> SchoolCalendar:
    """Return the calendar of `school`, or the district's where it has none of its own."""
    days = CalendarDay.objects.filter(organization=school).values_list("day", flat=True)
    if school is not None and not days.exists():
        return school_calendar()
    return SchoolCalendar.of(days)


def assignments_on(day: date) -> QuerySet[Assignment]:
    """Return who holds which position on `day`, with person and position."""
    return Assignment.objects.filter(on(day)).select_related("person", "position__organization")


def network_of(school: Organization, day: date) -> Organization | None:
    """Return the network (or other parent) that `school` belongs to on `day`."""
    found = Membership.objects.filter(on(day), member=school).select_related("parent").first()
    return found.parent if found else None


def schools_of(organization_ids: set[int], day: date) -> set[int]:
    """Return the ids of the schools that are, or on `day` belong to, any of the organizations."""
    members = Membership.objects.filter(on(day), parent__in=organization_ids)
    return set(
        Organization.objects.filter(kind=Organization.Kind.SCHOOL)
        .filter(Q(id__in=organization_ids) | Q(id__in=members.values("member")))
        .values_list("id", flat=True)
    )


def absences_on(day: date) -> QuerySet[Absence]:
    """Return who is away on `day`, with the person named to cover."""
    return Absence.objects.filter(on(day)).select_related("person", "cover")
