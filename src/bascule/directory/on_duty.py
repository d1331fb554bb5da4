"""Who is on duty for a position: one declared order, asked of assignment, absence and cover.

holder, the person named to cover, the backup position's holder, the next of the same role in
declared order, the Lead, the office's desk; and at the end nobody, which is an alarm.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from bascule.kernel.named_sql import named_sql


@dataclass(frozen=True)
class OnDuty:
    """Who answers for a position on one day. `person_id` is null for the alarm queue."""

    position_id: int
    person_id: int | None
    because: str
    until: date | None


def duty_roster(day: date) -> dict[int, OnDuty]:
    """Return, for every position, who is on duty on `day` and why."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("directory", "duty_roster"), [day])
        return {row[0]: OnDuty(*row) for row in cursor.fetchall()}


def duty_of(positions: Collection[int], day: date) -> dict[int, OnDuty]:
    """Return who is on duty on `day` for these positions, and why; a page asks for no others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select position_id, person_id, because, until from directory_duty_of(%s, %s)",
            [list(positions), day],
        )
        return {row[0]: OnDuty(*row) for row in cursor.fetchall()}


def positions_on_duty(person_id: int, day: date) -> list[int]:
    """Return the ids of the positions for which the person is on duty on `day`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select position_id from directory_on_duty_for(%s, %s) order by 1",
            [person_id, day],
        )
        return [row[0] for row in cursor.fetchall()]
