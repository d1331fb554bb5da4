"""What is kept beside the rows, so that nights and lists need not go through all of them."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where
from bascule.roster.row_security import SCHOOL_DAY


class Migration(migrations.Migration):

    dependencies = [("roster", "0003_search")]

    operations = [
        # Students whose lines are as they were are left out of a night (ADR 0060).
        migrations.RunSQL(
            named_sql("roster", "create_claim_digest"),
            [
                "drop trigger forget_digest_of_new on roster_enrollmentclaim",
                "drop trigger forget_digest_of_old on roster_enrollmentclaim",
                "drop trigger forget_digest_of_changed on roster_enrollmentclaim",
                "drop trigger forget_digest_of_moved on roster_enrollmentclaim",
                "drop function roster_forget_digests()",
                "drop table roster_claimdigest",
            ],
        ),
        rows_visible_where("roster_claimdigest", "false"),
        # The first load of a district builds constraints over all its rows at once (ADR 0060).
        migrations.RunSQL(
            named_sql("roster", "create_first_load"),
            [
                "drop function roster_lay_aside(text)",
                "drop function roster_take_up()",
                "drop table roster_laidaside",
            ],
        ),
        migrations.RunSQL(
            named_sql("roster", "create_overlapping"), "drop table roster_overlappingstudent"
        ),
        rows_visible_where("roster_overlappingstudent", "false"),
        migrations.RunSQL(
            named_sql("roster", "create_totals"),
            [
                "drop trigger keep_totals_of_new on roster_student",
                "drop trigger keep_totals_of_old on roster_student",
                "drop trigger keep_totals_of_moved on roster_student",
                "drop function roster_keep_totals()",
                "drop table roster_schooltotal",
            ],
        ),
        # Who sees all students of a school may know how many there are.
        rows_visible_where("roster_schooltotal", SCHOOL_DAY),
        migrations.RunSQL(
            named_sql("roster", "create_attendance_since"),
            "drop function roster_attendance_since(date)",
        ),
    ]
