"""Which feed a reported row is of: where two feed one table, one counts first (ADR 0063)."""

from django.db import migrations, models

TABLES = ("academicsession", "organization", "person")


class Migration(migrations.Migration):
    dependencies = [("directory", "0041_touched_rows")]
    operations = [
        migrations.AddField(name, "fed_by", models.CharField(max_length=40, null=True))
        for name in TABLES
    ]
