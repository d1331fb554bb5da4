"""Who sees proposals, judgments and aliases; which student a source's key means."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_digests import touched_rows_noted
from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.roster.row_security import ALIAS, DECIDES, OWN_JUDGMENT

# As in 0041, and with the alias: whoever moves a row to another student has it asked anew.
OWNED = {
    "roster_schoolrole": (
        "student_id reported_for guardian_id person_id organization_id role is_primary starts_on "
        "ends_on"
    ),
    "roster_sectionenrollment": (
        "section_id student_id reported_for person_id role is_primary starts_on ends_on"
    ),
    "roster_attendanceevent": "student_id reported_for school_id day kind reason",
    "roster_mark": (
        "student_id reported_for school_id school_year term course mark credits_attempted "
        "credits_earned"
    ),
    "roster_programspell": "student_id reported_for program starts_on ends_on",
}


class Migration(migrations.Migration):
    dependencies = [("roster", "0060_aliases")]
    operations = [
        rows_visible_where("roster_lookalike", DECIDES),
        rows_visible_where("roster_judgment", DECIDES),
        rows_writable_where("roster_judgment", OWN_JUDGMENT, commands=("insert",)),
        rows_visible_where("roster_alias", ALIAS),
        migrations.RunSQL(
            named_sql("roster", "create_named_student"), "drop view roster_named_student"
        ),
        *(
            migrations.RunSQL(
                f"drop trigger note_touched on {table}", migrations.RunSQL.noop
            )
            for table in OWNED
        ),
        *(touched_rows_noted(table, *owned.split()) for table, owned in OWNED.items()),
    ]
