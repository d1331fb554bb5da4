"""Rows that other hands than their feed's have changed are noted; rows hold no digest more."""

from django.db import migrations

from bascule.kernel.row_digests import FORGET, touched_rows_noted

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together). A
# student's grade is the chain's wherever there is one.
OWNED = {
    "roster_student": (
        "number given_name middle_name family_name preferred_given_name "
        "preferred_family_name state_id also_reported "
    ),
    "roster_guardian": ("given_name family_name email phone sms also_reported "),
    "roster_demographics": (
        "student_id birth_on sex is_american_indian is_asian is_black is_pacific_islander"
        " is_white is_of_two_or_more_races is_hispanic birth_country birth_state "
        "birth_city residence_status "
    ),
    "roster_schoolrole": (
        "student_id guardian_id person_id organization_id role is_primary starts_on ends_on "
    ),
    "roster_course": ("title code grades organization_id session_id subjects subject_codes "),
    "roster_section": (
        "title code kind session_keys grades location periods subjects subject_codes "
        "course_id school_id "
    ),
    "roster_sectionenrollment": (
        "section_id student_id person_id role is_primary starts_on ends_on "
    ),
    "roster_attendanceevent": ("student_id school_id day kind reason "),
    "roster_mark": (
        "student_id school_id school_year term course mark credits_attempted credits_earned "
    ),
    "roster_programspell": ("student_id program starts_on ends_on "),
}
DIGESTED = ("guardianship", *(table.removeprefix("roster_") for table in OWNED))


class Migration(migrations.Migration):
    dependencies = [("roster", "0040_earlier_records"), ("directory", "0041_touched_rows")]
    operations = [
        *(migrations.RunSQL(f"drop trigger forget_row_digest on {table}") for table in OWNED),
        *(migrations.RemoveField(name, "row_digest") for name in DIGESTED),
        migrations.RunSQL("drop function bascule_forget_row_digest()", FORGET),
        *(touched_rows_noted(table, *owned.split()) for table, owned in OWNED.items()),
    ]
