"""Of two cases of a kind about one student, the later one goes on in the older one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_cheaper_scope'),
    ]

    operations = [
        migrations.AddField(
            model_name='casefile',
            name='absorbed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='cases.casefile'),
        ),
        migrations.AddConstraint(
            model_name='casefile',
            constraint=models.CheckConstraint(condition=models.Q(('absorbed_by__isnull', True), ('closed_at__isnull', False), _connector='OR'), name='case_absorbed_is_closed', violation_error_message='A case that goes on in another one is closed.'),
        ),
    ]
