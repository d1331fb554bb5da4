"""Rows that feeds report: as they were before, touched by other hands, and by which key named."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_digests import touched_rows_noted
from bascule.kernel.row_history import earlier_rows_kept

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together), and the
# alias: whoever moves a row to another student has it asked anew. A student's grade is the chain's
# wherever there is one.
OWNED = {
    "roster_student": (
        "number given_name middle_name family_name preferred_given_name"
        " preferred_family_name state_id also_reported"
    ),
    "roster_guardian": "given_name family_name email phone sms also_reported",
    "roster_demographics": (
        "student_id birth_on sex is_american_indian is_asian is_black is_pacific_islander"
        " is_white is_of_two_or_more_races is_hispanic birth_country birth_state"
        " birth_city residence_status"
    ),
    "roster_schoolrole": (
        "student_id reported_for guardian_id person_id organization_id role is_primary starts_on"
        " ends_on"
    ),
    "roster_course": "title code grades organization_id session_id subjects subject_codes",
    "roster_section": (
        "title code kind session_keys grades location periods subjects subject_codes"
        " course_id school_id"
    ),
    "roster_sectionenrollment": (
        "section_id student_id reported_for person_id role is_primary starts_on ends_on"
    ),
    "roster_attendanceevent": "student_id reported_for school_id day kind reason",
    "roster_mark": (
        "student_id reported_for school_id school_year term course mark credits_attempted"
        " credits_earned"
    ),
    "roster_programspell": "student_id reported_for program starts_on ends_on",
}
KEPT = (*OWNED, "roster_guardianship", "roster_attendanceday")


class Migration(migrations.Migration):

    dependencies = [("roster", "0004_kept_beside"), ("access", "0003_ledgers")]

    operations = [
        *(earlier_rows_kept(table) for table in KEPT),
        *(touched_rows_noted(table, *owned.split()) for table, owned in OWNED.items()),
        migrations.RunSQL(
            named_sql("roster", "create_named_student"), "drop view roster_named_student"
        ),
    ]
