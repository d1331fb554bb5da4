import bascule.directory.models
import django.contrib.postgres.constraints
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('source_key', models.CharField(max_length=255)),
                ('fed_by', models.CharField(max_length=40, null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('district', 'District'), ('network', 'Network'), ('school', 'School'), ('office', 'Office'), ('agency', 'Agency'), ('partner', 'Partner')], max_length=12)),
                ('name', models.CharField(max_length=255)),
                ('short_name', models.CharField(blank=True, max_length=255)),
                ('identifier', models.CharField(blank=True, max_length=255)),
                ('reported_kind', models.CharField(blank=True, max_length=80)),
                ('governance', models.CharField(blank=True, choices=[('district', 'District-run'), ('charter', 'Charter'), ('contract', 'Contract'), ('options', 'Options'), ('alop', 'Alternative learning opportunities program'), ('safe', 'SAFE school')], max_length=12)),
                ('is_options', models.BooleanField(default=False)),
                ('grades', models.CharField(blank=True, max_length=255)),
                ('address', models.CharField(blank=True, max_length=255)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['name', 'id'],
                'indexes': [models.Index(fields=['kind', 'name'], name='organization_kind_name')],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='organization_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('source_key', models.CharField(max_length=255)),
                ('fed_by', models.CharField(max_length=40, null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('given_name', models.CharField(max_length=255)),
                ('family_name', models.CharField(max_length=255)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=255)),
                ('also_reported', models.JSONField(null=True)),
            ],
            options={
                'ordering': ['family_name', 'given_name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='person_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('source', models.CharField(max_length=40)),
                ('source_key', models.CharField(max_length=255)),
                ('backup', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='backs_up', to='directory.position')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='directory.organization')),
            ],
            options={
                'ordering': ['title', 'id'],
                'indexes': [models.Index(fields=['role'], name='position_role')],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='position_once_per_source'), models.CheckConstraint(condition=models.Q(('backup', models.F('id')), _negated=True), name='position_backup_is_another', violation_error_message='A position cannot be its own backup.')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='directory.person')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='directory.position')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assignment_span_ordered', violation_error_message='The last day lies before the first day.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('position', '='), (bascule.directory.models.Span(models.F('starts_on'), models.F('ends_on')), '&&')], name='assignment_one_holder_a_day', violation_error_message='Somebody else holds the position in these days.')],
            },
        ),
        migrations.CreateModel(
            name='Remit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remits', to='directory.organization')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remits', to='directory.position')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='remit_span_ordered', violation_error_message='The last day lies before the first day.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('position', '='), ('organization', '='), (bascule.directory.models.Span(models.F('starts_on'), models.F('ends_on')), '&&')], name='remit_once_a_day', violation_error_message='The position already answers for it in these days.')],
            },
        ),
        migrations.CreateModel(
            name='TouchedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('source', models.CharField(max_length=40)),
                ('source_key', models.CharField(max_length=255)),
            ],
            options={
                'indexes': [models.Index(fields=['table_name', 'source'], name='touched_by_table')],
            },
        ),
        migrations.CreateModel(
            name='AcademicSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('source_key', models.CharField(max_length=255)),
                ('fed_by', models.CharField(max_length=40, null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('title', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=80)),
                ('school_year', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='directory.academicsession')),
            ],
            options={
                'ordering': ['starts_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='session_once_per_source'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='session_span_ordered', violation_error_message='The last day lies before the first day.')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='directory.organization')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='directory.organization')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_span_ordered', violation_error_message='The last day lies before the first day.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('member', '='), (bascule.directory.models.Span(models.F('starts_on'), models.F('ends_on')), '&&')], name='membership_one_parent_a_day', violation_error_message='It already belongs to another organization in these days.')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendar_days', to='directory.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'day'), name='calendar_day_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('cover', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='covers', to='directory.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='directory.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='absence_span_ordered', violation_error_message='The last day lies before the first day.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), (bascule.directory.models.Span(models.F('starts_on'), models.F('ends_on')), '&&')], name='absence_once_a_day', violation_error_message='The person is already away in these days.'), models.CheckConstraint(condition=models.Q(('cover__isnull', True), models.Q(('cover', models.F('person')), _negated=True), _connector='OR'), name='absence_cover_is_another', violation_error_message='Nobody can cover for themselves.')],
            },
        ),
    ]
