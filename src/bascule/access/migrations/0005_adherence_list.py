"""Adherence is a list that may be taken away."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0004_families_enter_apart")]

    operations = [
        migrations.AlterField(
            "export",
            "kind",
            models.CharField(
                choices=[
                    ("students", "Students"), ("queue", "My queue"), ("adherence", "Adherence"),
                ],
                max_length=12,
            ),
        ),
    ]
