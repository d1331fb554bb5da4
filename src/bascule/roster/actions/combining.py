"""Bring two records of one student together, and apart again. Only the loader can.

A record that becomes an alias keeps its row, its key and what is reported under it; every row
about the student goes to who remains, in one transaction, and the chain of stints is derived anew
from the claims of both. Each reported row keeps for which record it was reported, so that feeds go
on naming both, and so that an undo finds every row that belongs to each, also those that came
since (ADR 0070).
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.named_sql import named_sql
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.roster.actions.claims import derive_changed_chains
from bascule.roster.actions.consents import heed_restricted_refusals
from bascule.roster.models import (
    Alias,
    AttendanceEvent,
    Consent,
    EnrollmentClaim,
    Guardianship,
    Judgment,
    Mark,
    ProgramSpell,
    SchoolRole,
    SectionEnrollment,
    Stint,
    Student,
)
from bascule.roster.registry import FOLLOWERS, Follower

REPORTED = (
    EnrollmentClaim, Guardianship, SectionEnrollment, SchoolRole, AttendanceEvent, Mark,
    ProgramSpell,
)  # fmt: skip
"""What feeds report about a student. Demographics stay: they are what each record says of birth."""


@transaction.atomic
def combine_students(
    actor: Actor,
    *,
    student: Student,
    survivor: Student,
    at: datetime,
    judgment: Judgment | None = None,
) -> Alias:
    """Let the record `student` be the student `survivor`; return the alias.

    Raises Refusal where both are one already, or where their families' answers contradict. Of
    answers that are restricted nothing is said: there a refusal ends a permission.
    """
    merged, keeper = keeper_of(student), keeper_of(survivor)
    if merged == keeper:
        raise Refusal("one-already", _("They are one student already."))
    _require_no_contradiction(merged, keeper)
    alias = Alias.objects.create(
        student=merged, survivor=keeper, keeper=keeper, judgment=judgment, made_at=at,
        address=merged.uuid, number=merged.number,
        grades={str(each.pk): each.grade for each in (merged, keeper)},
    )  # fmt: skip
    settle_aliases()
    for follower in FOLLOWERS:
        _carry(follower, alias)
    heed_restricted_refusals(actor, alias=merged, keeper=keeper, day=local_day(at))
    _record(actor, "combine_students", alias)
    return alias


@transaction.atomic
def separate_students(actor: Actor, *, alias: Alias, at: datetime) -> Alias:
    """Undo an alias: both records have again what was reported and decided for each.

    What was reported for a record while it was an alias goes with it; what people did meanwhile
    (a case that was opened, a consent) stays with who remained. Undone twice is once.
    """
    if alias.undone_at is not None:
        return alias
    kept_by = alias.keeper_id
    alias.undone_at = at
    alias.save(update_fields=["undone_at"])
    settle_aliases()
    _give_grades_back(alias)
    for follower in FOLLOWERS:
        _return(follower, alias, kept_by)
    _record(actor, "separate_students", alias)
    return alias


def keeper_of(student: Student) -> Student:
    """Return who keeps the rows of a student: itself, or whose alias it is."""
    alias = Alias.objects.filter(student=student, undone_at__isnull=True).first()
    return alias.keeper if alias else student


def settle_aliases() -> int:
    """Bring every reported row to who keeps it, and derive the chains of those concerned.

    Returns how many students' chains were derived. To be called whenever aliases or rows have
    changed by another way than a merge of a feed, as by an undo; a second call changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "name_keepers"))
        for model in REPORTED:
            cursor.execute(_of_table("settle_reported_rows", model._meta.db_table))
            if model is EnrollmentClaim:
                students = [row[0] for row in cursor.fetchall()]
    if students:
        _derive(students)
    return len(students)


def _derive(students: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.changed_student")
        cursor.execute(
            "create temp table changed_student on commit drop as"
            " select unnest(%s::bigint[]) as student_id",
            [students],
        )
    derive_changed_chains()


def _give_grades_back(alias: Alias) -> None:
    """Where no last stint names a grade, the student has the one of before."""
    for student, grade in alias.grades.items():
        last = Stint.objects.filter(student_id=student).order_by("-starts_on").first()
        if last is None or not last.grade:
            Student.objects.filter(pk=student).exclude(grade=grade).update(grade=grade)


def _require_no_contradiction(merged: Student, keeper: Student) -> None:
    """A refusal and a permission for one purpose and day are for a person to settle first."""
    for one in Consent.objects.filter(student=merged, purpose__in=Consent.OPEN_PURPOSES):
        others = Consent.objects.filter(student=keeper, purpose=one.purpose)
        others = others.exclude(answer=one.answer)
        if any(_share_a_day(one, other) for other in others):
            raise Refusal(
                "consents-contradict",
                _("The family answered differently for the two records. End one answer first."),
            )


def _share_a_day(one: Consent, other: Consent) -> bool:
    return (one.ends_on is None or other.starts_on <= one.ends_on) and (
        other.ends_on is None or one.starts_on <= other.ends_on
    )


def _of_table(name: str, table: str, **parts: str) -> str:
    return named_sql("roster", name).format(table=table, **parts)


def _carry(follower: Follower, alias: Alias) -> None:
    values = {"student": alias.student_id, "keeper": alias.keeper_id, "alias": alias.pk}
    moved = _ids(_of_table("carry_rows", follower.table, stays=follower.stays), values)
    if follower.then and moved:
        follower.then(moved, alias.keeper.uuid, alias.made_at)


def _return(follower: Follower, alias: Alias, kept_by: int) -> None:
    values = {"student": alias.student_id, "keeper": kept_by, "alias": alias.pk}
    moved = _ids(_of_table("return_rows", follower.table), values)
    if follower.then and moved and alias.undone_at:
        follower.then(moved, alias.student.uuid, alias.undone_at)


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _record(actor: Actor, verb: str, alias: Alias) -> None:
    said = alias.judgment
    record_decision(
        actor, verb, kind="student", uuid=alias.survivor.uuid,
        particulars={"alias": str(alias.address), "judged_by": said.user_id if said else None},
    )  # fmt: skip
