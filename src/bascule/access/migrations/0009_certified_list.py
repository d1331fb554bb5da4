"""Who is certified at each school is a list that may be taken away."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0008_scope_of_one")]

    operations = [
        migrations.AlterField(
            "export",
            "kind",
            models.CharField(
                choices=[
                    ("students", "Students"), ("queue", "My queue"), ("adherence", "Adherence"),
                    ("answers", "Answers by school"), ("certified", "Certified staff"),
                ],
                max_length=12,
            ),
        ),
    ]
