"""Whose claims share a day is kept with the chains (ADR 0060)."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where


class Migration(migrations.Migration):
    dependencies = [("roster", "0005_pages_by_name")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_overlapping"), "drop table roster_overlappingstudent"
        ),
        rows_visible_where("roster_overlappingstudent", "false"),
    ]
