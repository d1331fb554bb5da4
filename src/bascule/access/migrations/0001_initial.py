import bascule.kernel.clock
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeclaredRole',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('reach', models.CharField(max_length=12)),
                ('sees_restricted', models.BooleanField()),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
            ],
            options={
                'db_table': 'access_declared_role',
            },
        ),
        migrations.CreateModel(
            name='FinishedJob',
            fields=[
                ('job_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True, default=bascule.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user_id', models.BigIntegerField(db_index=True, null=True)),
                ('begun_on', models.DateField(null=True)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=80, unique=True)),
                ('language', models.CharField(default='en', max_length=5)),
                ('is_active', models.BooleanField(default=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account', to='directory.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=bascule.kernel.clock.now)),
                ('user_id', models.BigIntegerField()),
                ('verb', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=40)),
                ('uuid', models.UUIDField(null=True)),
                ('particulars', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'uuid', '-at'], name='decision_history')],
            },
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=bascule.kernel.clock.now)),
                ('user_id', models.BigIntegerField()),
                ('page', models.CharField(max_length=120)),
                ('ground', models.CharField(max_length=200)),
                ('filter', models.JSONField(default=dict)),
                ('count', models.PositiveIntegerField()),
                ('students', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(fields=['user_id', '-at'], name='disclosure_by_user')],
            },
        ),
        migrations.CreateModel(
            name='EarlierRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
                ('was', models.JSONField()),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['table_name', 'replaced_at', 'row_id'], name='earlier_of_run')],
            },
        ),
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
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=bascule.kernel.clock.now)),
                ('user_id', models.BigIntegerField()),
                ('page', models.CharField(max_length=120)),
            ],
            options={
                'indexes': [models.Index(fields=['user_id', 'page', '-at'], name='visit_latest')],
            },
        ),
    ]
