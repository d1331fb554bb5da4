"""Verbs of mobility: what the night found becomes cases in somebody's queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.named_sql import named_sql
from bascule.roster.models import Student


@dataclass(frozen=True)
class Found:
    """One student whom a rule found, with the sentence that the queue shows."""

    student_id: int
    because: str
    particulars: dict[str, object]


def open_found_cases(
    actor: Actor, *, workflow: str, found: Sequence[Found], at: datetime
) -> list[CaseFile]:
    """Open a case for each found student who has none of this kind; return the new cases."""
    students = Student.objects.in_bulk({each.student_id for each in found})
    openings = [
        Opening(students[each.student_id], each.because, dict(each.particulars)) for each in found
    ]
    return open_cases(actor, workflow=workflow, openings=openings, at=at)


def overlapping_claims(*, since: date, as_of: date) -> list[Found]:
    """Find the students whom two schools claim on one day on or after `since`."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "overlapping_claims"), {"since": since, "as_of": as_of})
        rows = cursor.fetchall()
    names = Organization.objects.in_bulk({row[1] for row in rows} | {row[2] for row in rows})
    return [_overlap(row, names) for row in rows]


def _overlap(row: tuple, names: dict[int, Organization]) -> Found:  # type: ignore[type-arg]
    student, first, second, starts_on, _ends_on, *spans = row
    because = (
        f"{names[first].name} and {names[second].name} both claim this student"
        f" since {starts_on:%b %-d, %Y}."
    )
    claims = [
        {"school": names[school].name, "from": str(began), "to": str(ended) if ended else None}
        for school, began, ended in ((first, *spans[:2]), (second, *spans[2:]))
    ]
    return Found(student, because, {"rule": "overlap", "version": 1, "claims": claims})
