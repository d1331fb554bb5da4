import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('roster', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('began_on', models.DateField()),
                ('because', models.CharField(max_length=400)),
                ('figures', models.JSONField(default=dict)),
                ('found_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organization')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='roster.student')),
            ],
            options={
                'indexes': [models.Index(fields=['rule', 'cleared_at'], name='flag_by_rule')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cleared_at__isnull', True)), fields=('student', 'school', 'rule', 'began_on'), name='flag_once_while_true')],
            },
        ),
    ]
