"""A contact may say whether somebody answered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0008_void_notices")]

    operations = [
        migrations.AddField(
            "note",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("answered", "Somebody answered"),
                    ("no_answer", "No answer"),
                    ("dead", "The number or address does not work"),
                ],
                db_default="",
                max_length=12,
            ),
        ),
    ]
