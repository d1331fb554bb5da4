"""Row-level security over everything that has a student in it."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.roster.row_security import (
    ALIAS,
    DECIDES,
    GUARDIAN,
    OF_VISIBLE_STUDENT,
    OWN_JUDGMENT,
    REACH_HELD,
    REACHED,
    SCHOOL_DAY,
    SCHOOL_ROLE,
    SECTION_ENROLLMENT,
    SEES_STUDENT,
    STUDENT,
)

SEEN_WITH_THE_STUDENT = (
    "roster_enrollmentclaim",
    "roster_stint",
    "roster_guardianship",
    "roster_demographics",
    "roster_attendanceevent",
    "roster_mark",
)


OF_THE_TIER = "(select bascule_sees_restricted())"
BY_REACH = (
    "exists (select from roster_reach r"
    " where r.student_id = {table}.student_id and r.tier = 'restricted')"
)
PROGRAM_BY_TIER = (
    f"{OF_VISIBLE_STUDENT} and ({OF_THE_TIER} or {BY_REACH.format(table='roster_programspell')})"
)
CONSENT_BY_TIER = (
    f"{OF_VISIBLE_STUDENT} and (purpose in ('media', 'survey') or {OF_THE_TIER}"
    f" or {BY_REACH.format(table='roster_consent')})"
)


class Migration(migrations.Migration):

    dependencies = [("roster", "0001_initial"), ("access", "0002_scope")]

    operations = [
        rows_visible_where("roster_reach", REACH_HELD),
        migrations.RunSQL(REACHED, "drop function roster_reached()"),
        rows_visible_where("roster_student", STUDENT),
        migrations.RunSQL(SEES_STUDENT, "drop function roster_sees_student(bigint)"),
        rows_writable_where("roster_reach", "roster_sees_student(student_id)"),
        *(rows_visible_where(table, OF_VISIBLE_STUDENT) for table in SEEN_WITH_THE_STUDENT),
        rows_visible_where("roster_guardian", GUARDIAN),
        rows_visible_where("roster_consent", CONSENT_BY_TIER),
        rows_writable_where("roster_consent", CONSENT_BY_TIER),
        rows_visible_where("roster_sectionenrollment", SECTION_ENROLLMENT),
        rows_visible_where("roster_schoolrole", SCHOOL_ROLE),
        rows_visible_where("roster_attendanceday", SCHOOL_DAY),
        rows_visible_where("roster_programspell", PROGRAM_BY_TIER),
        rows_visible_where("roster_lookalike", DECIDES),
        rows_visible_where("roster_judgment", DECIDES),
        rows_writable_where("roster_judgment", OWN_JUDGMENT, commands=("insert",)),
        rows_visible_where("roster_alias", ALIAS),
    ]
