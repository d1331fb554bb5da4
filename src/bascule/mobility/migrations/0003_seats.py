import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_row_security'),
        ('directory', '0002_duty_roster'),
        ('mobility', '0002_row_security'),
        ('roster', '0005_reported_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='OptionsProgram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('youngest_age', models.PositiveSmallIntegerField(null=True)),
                ('oldest_age', models.PositiveSmallIntegerField(null=True)),
                ('fewest_credits', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ('most_credits', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ('schedule', models.CharField(choices=[('full_day', 'Full day'), ('half_day', 'Half day'), ('evening', 'Evening')], default='full_day', max_length=12)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('supports', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options_programs', to='directory.organization')),
            ],
            options={
                'ordering': ['school__name', 'name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SeatLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('lowest_grade', models.CharField(max_length=2)),
                ('highest_grade', models.CharField(max_length=2)),
                ('window', models.CharField(max_length=40)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('service', models.CharField(choices=[('general', 'General'), ('iep', 'With an education program (IEP)'), ('el', 'For English learners')], default='general', max_length=12)),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='mobility.optionsprogram')),
            ],
            options={
                'ordering': ['starts_on', 'lowest_grade', 'service', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SeatHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('held_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('intake_on', models.DateField(null=True)),
                ('first_day_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('declined', 'Declined'), ('lapsed', 'Lapsed'), ('withdrawn', 'Withdrawn'), ('left', 'Left again'), ('returned', 'Returned to the sending school')], max_length=12)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_holds', to='cases.casefile')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_holds', to='roster.student')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='mobility.seatline')),
            ],
            options={
                'ordering': ['held_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SeatChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.SmallIntegerField()),
                ('effective_on', models.DateField()),
                ('reason', models.CharField(max_length=400)),
                ('user_id', models.BigIntegerField()),
                ('actor_name', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='mobility.seatline')),
            ],
            options={
                'ordering': ['effective_on', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='optionsprogram',
            constraint=models.UniqueConstraint(fields=('school', 'name'), name='program_once_a_school'),
        ),
        migrations.AddConstraint(
            model_name='optionsprogram',
            constraint=models.CheckConstraint(condition=models.Q(('oldest_age__gte', models.F('youngest_age')), ('oldest_age__isnull', True), ('youngest_age__isnull', True), _connector='OR'), name='program_ages_ordered', violation_error_message='The oldest age lies below the youngest.'),
        ),
        migrations.AddConstraint(
            model_name='optionsprogram',
            constraint=models.CheckConstraint(condition=models.Q(('most_credits__gte', models.F('fewest_credits')), ('most_credits__isnull', True), ('fewest_credits__isnull', True), _connector='OR'), name='program_credits_ordered', violation_error_message='The most credits lie below the fewest.'),
        ),
        migrations.AddConstraint(
            model_name='seatline',
            constraint=models.UniqueConstraint(fields=('program', 'lowest_grade', 'highest_grade', 'starts_on', 'service'), name='seat_line_once'),
        ),
        migrations.AddConstraint(
            model_name='seatline',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='seat_line_span_ordered', violation_error_message='The last day lies before the first day.'),
        ),
        migrations.AddConstraint(
            model_name='seatline',
            constraint=models.CheckConstraint(condition=models.Q(('highest_grade__gte', models.F('lowest_grade'))), name='seat_line_grades_ordered', violation_error_message='The highest grade lies below the lowest.'),
        ),
        migrations.AddIndex(
            model_name='seathold',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['line'], name='seat_hold_standing'),
        ),
        migrations.AddConstraint(
            model_name='seathold',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case',), name='seat_hold_once_a_case', violation_error_message='A seat is already held for this case.'),
        ),
        migrations.AddConstraint(
            model_name='seathold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('until_at__isnull', True)), models.Q(('accepted_at__isnull', True), ('until_at__isnull', False)), _connector='OR'), name='seat_hold_offered_or_accepted', violation_error_message='A seat is offered until an instant, or accepted.'),
        ),
        migrations.AddConstraint(
            model_name='seathold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='seat_hold_ends_for_a_reason', violation_error_message='What ends a hold is said.'),
        ),
        migrations.AddConstraint(
            model_name='seatchange',
            constraint=models.CheckConstraint(condition=models.Q(('seats', 0), _negated=True), name='seat_change_changes', violation_error_message='A change of no seats changes nothing.'),
        ),
    ]
