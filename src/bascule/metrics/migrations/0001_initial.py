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
            name='Value',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=40)),
                ('profile', models.CharField(max_length=10)),
                ('version', models.PositiveSmallIntegerField()),
                ('unit_kind', models.CharField(max_length=10)),
                ('school_year', models.PositiveSmallIntegerField()),
                ('as_of', models.DateField()),
                ('numerator', models.IntegerField(null=True)),
                ('denominator', models.IntegerField(null=True)),
                ('percent', models.DecimalField(decimal_places=1, max_digits=7, null=True)),
                ('is_hidden', models.BooleanField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='directory.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('measure', 'profile', 'school_year', 'unit_kind', 'organization'), name='value_once')],
            },
        ),
        migrations.CreateModel(
            name='OpenValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numerator', models.IntegerField()),
                ('denominator', models.IntegerField()),
                ('percent', models.DecimalField(decimal_places=1, max_digits=7, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='open_values', to='directory.organization')),
                ('value', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='open_value', to='metrics.value')),
            ],
        ),
        migrations.CreateModel(
            name='CountedStudent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counted_in', to='roster.student')),
                ('value', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted', to='metrics.value')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('value', 'student'), name='counted_once')],
            },
        ),
        migrations.CreateModel(
            name='FlowCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school_year', models.PositiveSmallIntegerField()),
                ('moves', models.PositiveIntegerField()),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flows_in', to='directory.organization')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flows_out', to='directory.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('school_year', 'sender', 'receiver'), name='flow_count_once')],
            },
        ),
        migrations.CreateModel(
            name='MonthlyMoves',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school_year', models.PositiveSmallIntegerField()),
                ('month', models.DateField()),
                ('arrived', models.PositiveIntegerField()),
                ('left', models.PositiveIntegerField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monthly_moves', to='directory.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'month'), name='monthly_moves_once')],
            },
        ),
    ]
