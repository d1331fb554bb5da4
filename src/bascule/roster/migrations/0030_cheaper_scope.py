"""The same rows are seen as before, by rules that the planner knows to be cheap."""

from django.db import migrations

from bascule.kernel.row_security import rows_now_visible_where
from bascule.roster.row_security import (
    OF_VISIBLE_STUDENT,
    REACH_HELD,
    REACHED,
    RESTRICTED,
    SCHOOL_ROLE,
    SECTION_ENROLLMENT,
    STUDENT,
)

SEEN_WITH_THE_STUDENT = (
    "roster_enrollmentclaim",
    "roster_stint",
    "roster_guardianship",
    "roster_consent",
    "roster_demographics",
    "roster_attendanceevent",
    "roster_mark",
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0021_row_digests"), ("access", "0030_elevations")]
    operations = [
        migrations.RunSQL(REACHED, migrations.RunSQL.noop),
        rows_now_visible_where("roster_reach", REACH_HELD),
        rows_now_visible_where("roster_student", STUDENT),
        *[rows_now_visible_where(table, OF_VISIBLE_STUDENT) for table in SEEN_WITH_THE_STUDENT],
        rows_now_visible_where("roster_sectionenrollment", SECTION_ENROLLMENT),
        rows_now_visible_where("roster_schoolrole", SCHOOL_ROLE),
        rows_now_visible_where("roster_programspell", RESTRICTED),
    ]
