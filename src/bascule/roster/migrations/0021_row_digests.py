"""A merged row keeps a digest of what was reported, and loses it when others change the row."""

from django.db import migrations, models

from bascule.kernel.row_digests import digest_forgotten_with

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together).
OWNED = {
    "roster_student": (
        "number given_name middle_name family_name preferred_given_name "
        "preferred_family_name state_id grade also_reported"
    ),
    "roster_guardian": (
        "given_name family_name email phone sms also_reported"
    ),
    "roster_demographics": (
        "student_id birth_on sex is_american_indian is_asian is_black is_pacific_islander "
        "is_white is_of_two_or_more_races is_hispanic birth_country birth_state "
        "birth_city residence_status"
    ),
    "roster_schoolrole": (
        "student_id guardian_id person_id organization_id role is_primary starts_on "
        "ends_on"
    ),
    "roster_course": (
        "title code grades organization_id session_id subjects subject_codes"
    ),
    "roster_section": (
        "title code kind session_keys grades location periods subjects subject_codes "
        "course_id school_id"
    ),
    "roster_sectionenrollment": (
        "section_id student_id person_id role is_primary starts_on ends_on"
    ),
    "roster_attendanceevent": (
        "student_id school_id day kind reason"
    ),
    "roster_mark": (
        "student_id school_id school_year term course mark credits_attempted "
        "credits_earned"
    ),
    "roster_programspell": (
        "student_id program starts_on ends_on"
    ),
}


class Migration(migrations.Migration):

    dependencies = [
        ('roster', '0020_earlier_rows'),
        ('directory', '0021_row_digests'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendanceevent',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='course',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='demographics',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='guardian',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='guardianship',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='mark',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='programspell',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='schoolrole',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='section',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='sectionenrollment',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='student',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        *(digest_forgotten_with(table, *owned.split()) for table, owned in OWNED.items()),
    ]
