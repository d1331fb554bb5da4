"""Take over what a source reports about students, families, classes and records."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from django.db import connection

from bascule.kernel.merging import Faulty, Merge, Merged, Standing, merge_reported
from bascule.kernel.named_sql import named_sql
from bascule.roster.actions.first_load import checks_at_once
from bascule.roster.models import (
    AttendanceEvent,
    Course,
    Demographics,
    Guardian,
    Guardianship,
    Mark,
    ProgramSpell,
    SchoolRole,
    Section,
    SectionEnrollment,
    Student,
)

SORT_NAME = (
    "roster_sort_key(concat_ws(' ', staged.family_name, staged.given_name, staged.middle_name))"
)
STILL = "(known.ends_on is null or known.ends_on >= (%(at)s)::date)"

ALONE = Standing()  # where nobody says who feeds
MERGES = {
    merge.target: merge
    for merge in (
        # Students who live on only in older enrollments have no name: no list of people ends them.
        Merge("student", Student, "resolve_students", derived={"sort_name": SORT_NAME},
              first={"birth_on": "staged.birth_on", "gender": "coalesce(staged.gender, '')"},
              missing_where="known.family_name <> ''", school="known.school_id"),
        Merge("guardian", Guardian, "resolve_guardians"),
        Merge("guardian_link", Guardianship, "resolve_guardianships", has_own_keys=True),
        Merge("demographics", Demographics, "resolve_demographics"),
        Merge("school_role", SchoolRole, "resolve_school_roles", running=STILL,
              school="known.organization_id"),
        Merge("course", Course, "resolve_courses", running=(
            "exists (select from directory_academicsession year where year.id = known.session_id"
            " and year.ended_at is null)")),
        Merge("section", Section, "resolve_sections", school="known.school_id", running=(
            "exists (select from directory_academicsession term where term.source = known.source"
            " and term.source_key = any (string_to_array(known.session_keys, ','))"
            " and term.ended_at is null and term.ends_on >= (%(at)s)::date)")),
        Merge("section_enrollment", SectionEnrollment, "resolve_section_enrollments", school=(
            "(select section.school_id from roster_section section"
            " where section.id = known.section_id)"), running=(
            f"{STILL} and exists (select from roster_section section"
            " where section.id = known.section_id and section.ended_at is null)")),
        Merge("attendance_event", AttendanceEvent, "resolve_attendance_events",
              school="known.school_id"),
        Merge("mark", Mark, "resolve_marks", school="known.school_id"),
        Merge("program_spell", ProgramSpell, "resolve_program_spells", running=STILL),
    )
}  # fmt: skip


def take_reported(
    target: str,
    *,
    owned: Sequence[str],
    source: str,
    at: datetime,
    complete: bool,
    standing: Standing = ALONE,
) -> Merged:
    """Merge the staged rows of one target; `owned` are the columns that the feed owns."""
    if target == "attendance_event":
        _run("forget_old_attendance", source, at)
    merge = replace(MERGES[target], owned=owned, standing=standing)
    with checks_at_once("students") if target == "student" else nullcontext():
        merged = merge_reported(merge, source=source, at=at, complete=complete)
    if target == "demographics":
        _run("place_demographics", source, at)
    if target == "attendance_event":
        _run("total_reported_attendance" if complete else "total_changed_attendance", source, at)
    return merged


def _run(name: str, source: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", name), {"source": source, "at": at})


def share_out_people(*, source: str) -> None:
    """Put people whose role the package does not say beside those of the kind we know them as."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "share_out_people"), {"source": source})


def people_of_no_kind() -> list[Faulty]:
    """Return the staged people of whom nobody says what they are."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "people_of_no_kind"))
        return [
            Faulty(file, line, key, "person-without-role", key)
            for file, line, key in cursor.fetchall()
        ]
