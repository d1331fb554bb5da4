"""Who is on duty for some positions, or for what one person is, asked without asking for all."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):

    dependencies = [("directory", "0002_duty_roster")]

    operations = [
        migrations.RunSQL(
            named_sql("directory", "create_duty_roster"), migrations.RunSQL.noop
        ),
    ]
