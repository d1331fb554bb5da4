"""Row-level security over families, classes, attendance, marks and programs."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.roster.row_security import (
    GUARDIAN,
    OF_VISIBLE_STUDENT,
    RESTRICTED,
    SCHOOL_DAY,
    SCHOOL_ROLE,
    SECTION_ENROLLMENT,
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0010_breadth")]
    operations = [
        rows_visible_where("roster_guardianship", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_guardian", GUARDIAN),
        rows_visible_where("roster_consent", OF_VISIBLE_STUDENT),
        rows_writable_where("roster_consent", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_demographics", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_sectionenrollment", SECTION_ENROLLMENT),
        rows_visible_where("roster_schoolrole", SCHOOL_ROLE),
        rows_visible_where("roster_attendanceevent", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_attendanceday", SCHOOL_DAY),
        rows_visible_where("roster_mark", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_programspell", RESTRICTED),
    ]
