"""Notices tell of a month's trends pack, and of the comment that it waits for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0013_calendar_feeds")]

    operations = [
        migrations.AlterField(
            "notice",
            "kind",
            models.CharField(
                choices=[
                    ("opened", "New case"), ("late", "Late"), ("unstaffed", "Nobody is on duty"),
                    ("elevation", "Access by necessity"), ("family", "The family answered"),
                    ("pack", "Trends pack"), ("comment", "Comment wanted"),
                ],
                max_length=12,
            ),
        ),
    ]
