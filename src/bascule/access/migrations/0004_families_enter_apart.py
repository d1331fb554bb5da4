"""Whoever enters as a person is no family: the setting by which one is known is emptied."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):

    dependencies = [("access", "0003_ledgers")]

    operations = [
        migrations.RunSQL(named_sql("access", "create_scope"), migrations.RunSQL.noop),
    ]
