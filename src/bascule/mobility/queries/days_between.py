"""Student-days lost between schools: from stints and presence alone, never from a handover.

The lead figure (domain/mobility.md 6.2 item 1; issue 3): its target is none.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.kernel.school_calendar import school_year_of

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Between:
    """One change of school: the last day enrolled at the old one, the first present at the new.

    `present_on` is null for who was not there yet; `days` are the instructional days lost.
    """

    student_id: int
    from_school_id: int
    to_school_id: int
    left_on: date
    arrived_on: date
    present_on: date | None
    days: int


def moves_between_schools(day: date, first: date, last: date) -> list[Between]:
    """Return the moves of the school year of `day` that arrived between two days, longest first.

    Of what row-level security lets the asking role see; days are those of the district's calendar.
    """
    values: dict[str, date | int] = {
        "day": day,
        "first": first,
        "last": last,
        "year": school_year_of(day),
    }
    with connection.cursor() as cursor:
        cursor.execute(named_sql("mobility", "moves_between_schools"), values)
        return [Between(*row) for row in cursor.fetchall()]
