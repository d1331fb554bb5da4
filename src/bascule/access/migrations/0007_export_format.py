"""A list is taken away as CSV or as XLSX."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0006_answers_list")]

    operations = [
        migrations.AddField(
            "export",
            "format",
            models.CharField(
                choices=[("csv", "CSV"), ("xlsx", "XLSX")], db_default="csv", default="csv",
                max_length=4,
            ),
        ),
    ]
