"""Every open figure of a school carries its rows, not those of one measure in a table beside."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0002_row_security")]

    operations = [
        migrations.DeleteModel(name="CountedStudent"),
        migrations.AddField(
            model_name="openvalue",
            name="students",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
    ]
