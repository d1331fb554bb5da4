"""The declared order of cover, as one database function."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [
        migrations.RunSQL(
            named_sql("directory", "create_duty_roster"),
            "drop function directory_duty_roster(date)",
        )
    ]
