import bascule.kernel.clock
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('roster', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('workflow', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('state', models.CharField(max_length=40)),
                ('tier', models.CharField(choices=[('student', 'Student record'), ('restricted', 'Restricted record')], default='student', max_length=12)),
                ('scope_key', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=400)),
                ('particulars', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField()),
                ('entered_state_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('absorbed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='cases.casefile')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='directory.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='directory.position')),
                ('student', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='roster.student')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['owner', 'due_at'], name='case_queue'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['due_at', 'id'], name='open_case_by_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('workflow', 'scope_key', 'tier'), name='case_one_open_per_subject', violation_error_message='Such a case is already open.'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', False), ('due_at__isnull', False), _connector='OR'), name='case_open_has_clock', violation_error_message='An open case needs a clock.'), models.CheckConstraint(condition=models.Q(('absorbed_by__isnull', True), ('closed_at__isnull', False), _connector='OR'), name='case_absorbed_is_closed', violation_error_message='A case that goes on in another one is closed.')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call', 'Call'), ('visit', 'Home visit'), ('letter', 'Letter'), ('message', 'Message'), ('remark', 'Remark')], max_length=12)),
                ('text', models.TextField(max_length=4000)),
                ('at', models.DateTimeField()),
                ('user_id', models.BigIntegerField()),
                ('actor_name', models.CharField(max_length=160)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='cases.casefile')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
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
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=40)),
                ('from_state', models.CharField(blank=True, max_length=40)),
                ('to_state', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('user_id', models.BigIntegerField()),
                ('actor_name', models.CharField(max_length=160)),
                ('answers', models.JSONField(default=dict)),
                ('was_late', models.BooleanField(default=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='cases.casefile')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
    ]
