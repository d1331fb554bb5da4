"""Records opened by necessity, and the scope that knows them."""

import datetime
import django.db.models.expressions
import uuid
from django.db import migrations, models

from bascule.access.row_security import ELEVATION, OWN_ELEVATION
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

SWEEP = 'bascule_sweep'


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0020_earlier_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Elevation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('student', models.UUIDField()),
                ('reason', models.CharField(max_length=400)),
                ('started_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['user_id', '-started_at'], name='elevation_by_user'), models.Index(fields=['-started_at'], name='elevation_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('started_at')), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('started_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), name='elevation_of_an_hour', violation_error_message='Access by necessity lasts an hour at most.')],
            },
        ),
        rows_visible_where("access_elevation", ELEVATION),
        rows_writable_where("access_elevation", OWN_ELEVATION, commands=["insert"]),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on access_elevation for select to {SWEEP}"
                " using (true)",
                named_sql("access", "create_elevated"),
                f"grant create on schema public to {SWEEP}",
                f"alter function access_elevated(bigint, timestamptz) owner to {SWEEP}",
                f"revoke create on schema public from {SWEEP}",
                named_sql("access", "create_scope"),
            ],
            [
                "drop function access_elevated(bigint, timestamptz)",
                "drop policy sweep_reads on access_elevation",
            ],
        ),
    ]
