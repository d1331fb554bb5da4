"""An open case carries the school of its student, so that a board counts without asking for it."""

from django.db import migrations, models

from bascule.kernel.named_sql import named_sql

BOUND = ("cases_casefile", "roster_student")


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_cases_by_purpose"), ("roster", "0004_kept_beside")]

    operations = [
        migrations.AddField("casefile", "school_id", models.BigIntegerField(null=True)),
        # The owner is bound by row-level security as well, and lifts it for this one statement.
        migrations.RunSQL(
            [
                *(f"alter table {table} no force row level security" for table in BOUND),
                "update cases_casefile held set school_id = student.school_id"
                " from roster_student student where student.id = held.student_id",
                *(f"alter table {table} force row level security" for table in BOUND),
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            named_sql("cases", "create_schools_of_cases"),
            [
                "drop trigger keep_schools_of_cases on roster_student",
                "drop function cases_follow_students()",
                "drop trigger keep_school on cases_casefile",
                "drop function cases_keep_school()",
            ],
        ),
        migrations.AddIndex(
            "casefile",
            models.Index(
                fields=["owner", "workflow", "state", "due_at"],
                include=["tier", "school_id", "student", "entered_state_at"],
                condition=models.Q(closed_at__isnull=True),
                name="case_board",
            ),
        ),
    ]
