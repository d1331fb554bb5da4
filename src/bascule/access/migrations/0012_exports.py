"""Lists that people take away: each person's own, and the function that removes them."""

import bascule.kernel.clock
import django.contrib.postgres.fields
import uuid
from django.db import migrations, models

from bascule.access.row_security import ACTING_USER
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

SWEEP = 'bascule_sweep'


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0011_positions_in_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('students', 'Students'), ('queue', 'My queue')], max_length=12)),
                ('filter', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField(default=bascule.kernel.clock.now)),
                ('ready_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('ground', models.CharField(blank=True, max_length=200)),
                ('count', models.PositiveIntegerField(null=True)),
                ('students', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('content', models.BinaryField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['user_id', '-asked_at'], name='export_by_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', True), ('expires_at__isnull', True), ('ready_at__isnull', True)), models.Q(('content__isnull', False), ('expires_at__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='export_ready_with_file', violation_error_message='A list is ready when its file is there, and expires.')],
            },
        ),
        rows_visible_where("access_export", ACTING_USER),
        rows_writable_where("access_export", ACTING_USER),
        migrations.RunSQL(
            [
                f"create policy sweep_all on access_export for all to {SWEEP} using (true)",
                named_sql("access", "create_forget_exports"),
                f"grant create on schema public to {SWEEP}",
                f"alter function access_forget_exports(timestamptz) owner to {SWEEP}",
                f"revoke create on schema public from {SWEEP}",
            ],
            [
                "drop function access_forget_exports(timestamptz)",
                "drop policy sweep_all on access_export",
            ],
        ),
    ]
