import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='NightRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('stages', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['-started_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('system', models.CharField(default='sis', max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('standard', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='FileRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('path', models.CharField(max_length=400)),
                ('digest', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('running', 'Running'), ('loaded', 'Loaded'), ('unchanged', 'Nothing new'), ('refused', 'Refused'), ('held', 'Held by the brakes'), ('undone', 'Undone')], max_length=12)),
                ('counts', models.JSONField(default=dict)),
                ('reasons', models.JSONField(default=list)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='feeds.source')),
            ],
            options={
                'ordering': ['-started_at', '-id'],
                'indexes': [models.Index(fields=['source', '-started_at'], name='run_latest')],
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200)),
                ('line', models.PositiveIntegerField()),
                ('column', models.CharField(blank=True, max_length=80)),
                ('code', models.CharField(max_length=60)),
                ('message', models.CharField(max_length=400)),
                ('target', models.CharField(blank=True, max_length=40)),
                ('key', models.CharField(blank=True, max_length=255)),
                ('cells', models.JSONField(default=list)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantined', to='feeds.filerun')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('undo', 'Take the run back'), ('approve', 'Let the mass change pass')], max_length=10)),
                ('user_id', models.BigIntegerField()),
                ('actor_name', models.CharField(max_length=160)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=200)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='feeds.filerun')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('run', 'verb'), name='order_once_while_open', violation_error_message='This has been asked for already.')],
            },
        ),
        migrations.CreateModel(
            name='KeptDigests',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=40)),
                ('way', models.CharField(max_length=64)),
                ('packed', models.BinaryField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_digests', to='feeds.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'target'), name='kept_digests_once')],
            },
        ),
    ]
