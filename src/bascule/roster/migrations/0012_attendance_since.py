"""From which day on single events of attendance are kept."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):
    dependencies = [("roster", "0011_breadth_security")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_attendance_since"),
            "drop function roster_attendance_since(date)",
        )
    ]
