"""Which feed a reported row is of: where two feed one table, one counts first (ADR 0063)."""

from django.db import migrations, models

TABLES = (
    "attendanceevent",
    "course",
    "demographics",
    "guardian",
    "guardianship",
    "mark",
    "programspell",
    "schoolrole",
    "section",
    "sectionenrollment",
    "student",
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0061_alias_security")]
    operations = [
        migrations.AddField(name, "fed_by", models.CharField(max_length=40, null=True))
        for name in TABLES
    ]
