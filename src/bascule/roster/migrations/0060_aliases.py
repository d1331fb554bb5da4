"""Students with two records: proposals, judgments, aliases, and rows reported for an alias."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0040_membership_changed'),
        ('roster', '0041_touched_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.UUIDField(db_index=True)),
                ('number', models.CharField(max_length=255)),
                ('grades', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AliasRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Judgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('same', 'One student'), ('different', 'Two different students')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('user_id', models.BigIntegerField()),
                ('actor_name', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='LookAlike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('weight', models.FloatField()),
                ('reasons', models.JSONField(default=list)),
                ('found_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LookAlikeSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('version', models.PositiveSmallIntegerField()),
                ('is_whole', models.BooleanField()),
                ('students', models.PositiveIntegerField()),
                ('pairs', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='attendanceevent',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='enrollmentclaim',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='guardianship',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='mark',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='programspell',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='schoolrole',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='sectionenrollment',
            name='reported_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='attendanceevent',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='attendance_event_by_alias'),
        ),
        migrations.AddIndex(
            model_name='enrollmentclaim',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='claim_by_alias'),
        ),
        migrations.AddIndex(
            model_name='guardianship',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='guardianship_by_alias'),
        ),
        migrations.AddIndex(
            model_name='mark',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='mark_by_alias'),
        ),
        migrations.AddIndex(
            model_name='programspell',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='program_spell_by_alias'),
        ),
        migrations.AddIndex(
            model_name='schoolrole',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='school_role_by_alias'),
        ),
        migrations.AddIndex(
            model_name='sectionenrollment',
            index=models.Index(condition=models.Q(('reported_for__isnull', False)), fields=['reported_for'], name='section_enrollment_by_alias'),
        ),
        migrations.AddField(
            model_name='alias',
            name='keeper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_records', to='roster.student'),
        ),
        migrations.AddField(
            model_name='alias',
            name='student',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='roster.student'),
        ),
        migrations.AddField(
            model_name='alias',
            name='survivor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.student'),
        ),
        migrations.AddField(
            model_name='aliasrow',
            name='alias',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='roster.alias'),
        ),
        migrations.AddField(
            model_name='judgment',
            name='survivor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.student'),
        ),
        migrations.AddField(
            model_name='alias',
            name='judgment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='roster.judgment'),
        ),
        migrations.AddField(
            model_name='lookalike',
            name='first',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.student'),
        ),
        migrations.AddField(
            model_name='lookalike',
            name='second',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.student'),
        ),
        migrations.AddField(
            model_name='judgment',
            name='pair',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgments', to='roster.lookalike'),
        ),
        migrations.AddConstraint(
            model_name='aliasrow',
            constraint=models.UniqueConstraint(fields=('alias', 'table_name', 'row_id'), name='alias_row_once'),
        ),
        migrations.AddConstraint(
            model_name='alias',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('student',), name='alias_of_one'),
        ),
        migrations.AddConstraint(
            model_name='alias',
            constraint=models.CheckConstraint(condition=models.Q(('student', models.F('survivor')), _negated=True), name='alias_is_another_record'),
        ),
        migrations.AddIndex(
            model_name='lookalike',
            index=models.Index(fields=['-weight', 'id'], name='look_alike_by_weight'),
        ),
        migrations.AddConstraint(
            model_name='lookalike',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='look_alike_once'),
        ),
        migrations.AddConstraint(
            model_name='lookalike',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='look_alike_smaller_id_first'),
        ),
        migrations.AddIndex(
            model_name='judgment',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['id'], name='judgment_open'),
        ),
        migrations.AddConstraint(
            model_name='judgment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'same'), ('survivor__isnull', False)), models.Q(('answer', 'different'), ('survivor__isnull', True)), _connector='OR'), name='judgment_names_who_remains', violation_error_message='Say which record remains.'),
        ),
    ]
