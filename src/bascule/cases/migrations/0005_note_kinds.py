"""Email, and relatives or friends, are kinds of contacts too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0004_board")]

    operations = [
        migrations.AlterField(
            "note",
            "kind",
            models.CharField(
                choices=[
                    ("call", "Call"),
                    ("visit", "Home visit"),
                    ("letter", "Letter"),
                    ("message", "Message"),
                    ("email", "Email"),
                    ("relative", "Relative or friend"),
                    ("remark", "Remark"),
                ],
                max_length=12,
            ),
        ),
    ]
