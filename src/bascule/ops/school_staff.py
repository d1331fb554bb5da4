"""A clerk for every school and a counselor where the script names one, with invented names.

They act in the demo's past; the sign-in page offers the cast alone.
"""

import random
from collections.abc import Iterable
from datetime import date

from bascule.access.models import User
from bascule.directory.models import Assignment, Organization, Person, Position
from bascule.ops.generator.name_lists import FIRST, LAST

SOURCE = "school_staff"
TITLES = {"counselor": "School Counselor", "school_clerk": "School Clerk"}


def seat_school_staff(schools: Iterable[str], *, since: date, source: str = "sis") -> None:
    """Seat who is missing: clerks everywhere, counselors in the schools with these source keys.

    A second call changes nothing.
    """
    named = set(schools)
    known = Organization.objects.filter(source=source, kind=Organization.Kind.SCHOOL)
    held = set(Position.objects.filter(role__in=TITLES).values_list("role", "organization"))
    for school in known.order_by("source_key"):
        for role, title in TITLES.items():
            is_wanted = role == "school_clerk" or school.source_key in named
            if is_wanted and (role, school.pk) not in held:
                _seat(school, role, title, since)


def _seat(school: Organization, role: str, title: str, since: date) -> None:
    key = f"{role}_{school.source_key}"
    given, family = _name(key)
    person = Person.objects.create(
        source=SOURCE, source_key=key, given_name=given, family_name=family,
        email=f"{key}@bascule.example",
    )  # fmt: skip
    position = Position.objects.create(
        source=SOURCE, source_key=key, role=role, title=title, organization=school
    )
    Assignment.objects.create(person=person, position=position, starts_on=since)
    User.objects.create(username=key, person=person)


def _name(key: str) -> tuple[str, str]:
    """Draw a first and a last name, the same for the same key."""
    draw = random.Random(key)  # noqa: S311 - an invented name
    origin = draw.choice(sorted(LAST))
    return draw.choice(draw.choice(FIRST[origin])), draw.choice(LAST[origin])
