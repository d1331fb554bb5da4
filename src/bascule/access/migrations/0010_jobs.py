"""Which jobs are done: kept in the transaction of their work."""

import bascule.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_scope")]
    operations = [
        migrations.CreateModel(
            name="FinishedJob",
            fields=[
                ("job_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True, default=bascule.kernel.clock.now)),
            ],
        ),
    ]
