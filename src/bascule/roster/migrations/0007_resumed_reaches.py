"""Reaches that ended with a case hold again where its closing is undone."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by

SEARCH, RESUME = "bascule_search", "roster_resume_reaches(text, timestamptz)"


class Migration(migrations.Migration):

    dependencies = [("roster", "0006_reaches_show")]

    operations = [
        migrations.RunSQL(
            [
                f"create policy reach_resumes on roster_reach for update to {SEARCH}"
                " using (ends_at is not null) with check (ends_at is null)",
                named_sql("roster", "create_resume_reaches"),
                *function_owned_by(SEARCH, RESUME),
            ],
            [f"drop function {RESUME}", "drop policy reach_resumes on roster_reach"],
        ),
    ]
