"""Questions about people's visits and the lists that they asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from bascule.access.models import Elevation, Export, Visit
from bascule.access.policies import SEE_ELEVATION, SEE_EXPORT
from bascule.access.roles import ROLES
from bascule.directory.models import Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql

WRITTEN_WITHIN = timedelta(minutes=15)
"""A list that is not there by then was given up: its job failed, or no worker runs."""


def last_visit(user_id: int, page: str) -> datetime | None:
    """Return when the person last opened `page`, or None."""
    seen = Visit.objects.filter(user_id=user_id, page=page).order_by("-at").first()
    return seen.at if seen else None


def elevations_seen(actor: Actor) -> QuerySet[Elevation]:
    """Return the accesses by necessity that the actor may know of, the newest first."""
    return SEE_ELEVATION.filter(Elevation.objects.all(), actor).order_by("-started_at", "id")


def exports_of(actor: Actor) -> QuerySet[Export]:
    """Return the lists that the actor asked for and may still take, the newest first.

    What is over by now is gone, whether or not it has been removed.
    """
    valid = Q(expires_at__isnull=True) | Q(expires_at__gt=now())
    return SEE_EXPORT.filter(Export.objects.filter(valid), actor).order_by("-asked_at", "id")


@dataclass(frozen=True)
class Reader:
    """Somebody whose position reaches the students of a school, held or covered."""

    person: Person
    title: str
    covers: bool
    is_district: bool


def readers_of(school_id: int | None, day: date) -> list[Reader]:
    """Return whose positions reach a school on `day`, the nearest first, then the whole district's.

    Without a school, the district's alone. Reaches and elevations are not told: that an agency may
    see a student tells that somebody seeks help.
    """
    roles = {reach: [key for key, role in ROLES.items() if role.reach == reach]
             for reach in ("district", "organization")}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("directory", "who_reaches"),
            {"school": school_id, "day": day, "district_roles": roles["district"],
             "school_roles": roles["organization"]},
        )  # fmt: skip
        rows = cursor.fetchall()
    people = Person.objects.in_bulk([person_id for _, person_id, _, _ in rows])
    return [
        Reader(people[person_id], title, covers, is_district)
        for title, person_id, covers, is_district in rows if person_id in people
    ]  # fmt: skip
