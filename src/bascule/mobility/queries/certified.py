"""Questions about the certified staff of schools: who is, until when, and which schools lack one.

Certified is who signed the school certification in this school year and holds a position at the
school (domain/mobility.md 1.4: two staff per school certified on enroll and leave codes).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Subquery

from bascule.access.roles import CERTIFYING
from bascule.directory.models import Assignment, Organization, Person
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.school_calendar import last_day_of, school_year_of
from bascule.mobility.models import Procedure, ProcedureSignature, SchoolCertification
from bascule.mobility.queries.school_answers import schools_of

WANTED = 2
"""How many certified staff a school has."""


@dataclass(frozen=True)
class Certified:
    """A school, who is certified there by name, and the last day on which they are."""

    school: Organization
    people: list[Person]
    until: date


def school_certification() -> Procedure | None:
    """Return the procedure that certifies: the one marked last, or None."""
    newest = SchoolCertification.objects.select_related("procedure").first()
    return newest.procedure if newest else None


def works_at_a_school(person_id: int | None, day: date) -> bool:
    """Say whether somebody holds a position that can be certified; standing in is none."""
    return _school_positions(day).filter(person=person_id).exists()


def open_schools(actor: Actor, day: date) -> QuerySet[Organization]:
    """Return the schools in the actor's remit that are not closed on `day`, by name."""
    schools = schools_of(actor).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    return schools.order_by("name", "id")


def short_schools(actor: Actor, day: date) -> QuerySet[Organization]:
    """Return those with fewer than two; none while no procedure certifies.

    Who has two is grouped once, not asked school by school: Today counts them of the district.
    Somebody with two positions at a school counts once there.
    """
    if school_certification() is None:
        return Organization.objects.none()
    held = _certified(day).order_by()
    if not actor.is_district_wide:
        held = held.filter(position__organization__in=actor.school_ids)
    by_school = held.values("position__organization")
    staffed = by_school.annotate(n=Count("person", distinct=True)).filter(n__gte=WANTED)
    return open_schools(actor, day).exclude(pk__in=staffed.values("position__organization"))


def certified_at(schools: Collection[Organization], day: date) -> list[Certified]:
    """Return who is certified at each of the schools, in their order. One statement."""
    people: dict[int, dict[int, Person]] = defaultdict(dict)
    rows = _certified(day).filter(position__organization__in=schools).select_related("person")
    for each in rows.annotate(school=F("position__organization")):
        people[each.school][each.person_id] = each.person
    until = last_day_of(school_year_of(day))
    return [Certified(each, sorted(people[each.pk].values(), key=str), until) for each in schools]


def _school_positions(day: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        on(day), position__role__in=CERTIFYING,
        position__organization__kind=Organization.Kind.SCHOOL,
    )  # fmt: skip


def _certified(day: date) -> QuerySet[Assignment]:
    """Return the positions held at schools by who signed in the school year of `day`."""
    newest = SchoolCertification.objects.values("procedure")[:1]
    signed = ProcedureSignature.objects.filter(
        version__procedure=Subquery(newest), school_year=school_year_of(day)
    )
    return _school_positions(day).filter(person__in=signed.values("person"))
