"""Notices, and the function that writes them for the sweep."""

import bascule.kernel.clock
import django.db.models.deletion
import uuid
from django.db import migrations, models

from bascule.cases.row_security import NOTICE
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

SWEEP = 'bascule_sweep'


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_row_security'),
        ('directory', '0002_duty_roster'),
        ('access', '0011_positions_in_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('opened', 'New case'), ('late', 'Late'), ('unstaffed', 'Nobody is on duty'), ('elevation', 'Access by necessity')], max_length=12)),
                ('revision', models.PositiveIntegerField(null=True)),
                ('about', models.UUIDField(null=True)),
                ('at', models.DateTimeField(default=bascule.kernel.clock.now)),
                ('seen_at', models.DateTimeField(null=True)),
                ('seen_by', models.BigIntegerField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='cases.casefile')),
                ('position', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='directory.position')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['position', '-at'], name='notice_unseen')],
                'constraints': [models.UniqueConstraint(fields=('case', 'kind', 'revision'), name='notice_once_per_state_entry'), models.UniqueConstraint(fields=('about', 'position', 'kind'), name='notice_once_per_position'), models.CheckConstraint(condition=models.Q(models.Q(('about__isnull', True), ('case__isnull', False), ('revision__isnull', False)), models.Q(('about__isnull', False), ('case__isnull', True)), _connector='OR'), name='notice_about_one_thing', violation_error_message='A notice is about a case or about an event.'), models.CheckConstraint(condition=models.Q(models.Q(('seen_at__isnull', True), ('seen_by__isnull', True)), models.Q(('seen_at__isnull', False), ('seen_by__isnull', False)), _connector='OR'), name='notice_seen_by_somebody', violation_error_message='Who has seen a notice has seen it at some time.')],
            },
        ),
        rows_visible_where("cases_notice", NOTICE),
        rows_writable_where("cases_notice", NOTICE, commands=["update"]),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on cases_casefile for select to {SWEEP} using (true)",
                f"create policy sweep_writes on cases_notice for all to {SWEEP}"
                " using (true) with check (true)",
                named_sql("cases", "create_alarms"),
                f"grant create on schema public to {SWEEP}",
                f"alter function cases_fire_alarms(timestamptz, date) owner to {SWEEP}",
                f"revoke create on schema public from {SWEEP}",
            ],
            [
                "drop function cases_fire_alarms(timestamptz, date)",
                "drop policy sweep_writes on cases_notice",
                "drop policy sweep_reads on cases_casefile",
            ],
        ),
    ]
