"""The index of the board holds all that row-level security asks of an open case (ADR 0112)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0017_open_cases_by_school")]

    operations = [
        migrations.RemoveIndex("casefile", "case_board"),
        migrations.AddIndex(
            "casefile",
            models.Index(
                fields=["owner", "workflow", "state", "due_at"],
                include=["tier", "school_id", "student", "entered_state_at", "closed_at"],
                condition=models.Q(closed_at__isnull=True),
                name="case_board",
            ),
        ),
    ]
