"""The scope knows the positions held too: notices are addressed to them."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0010_jobs")]
    operations = [migrations.RunSQL(named_sql("access", "create_scope"), migrations.RunSQL.noop)]
