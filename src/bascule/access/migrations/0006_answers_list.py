"""How schools answered is a list that may be taken away."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0005_adherence_list")]

    operations = [
        migrations.AlterField(
            "export",
            "kind",
            models.CharField(
                choices=[
                    ("students", "Students"), ("queue", "My queue"), ("adherence", "Adherence"),
                    ("answers", "Answers by school"),
                ],
                max_length=12,
            ),
        ),
    ]
