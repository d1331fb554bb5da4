"""The scope of who enters asks for the duty of that person alone."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):

    dependencies = [("access", "0007_export_format"), ("directory", "0003_duty_of_some")]

    operations = [
        migrations.RunSQL(named_sql("access", "create_scope"), migrations.RunSQL.noop),
    ]
