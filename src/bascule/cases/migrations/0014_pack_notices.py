"""Notices tell of a month's trends pack, and of the comment that it waits for; so may mails."""

from django.db import migrations, models

KINDS = [
    ("opened", "New case"), ("late", "Late"), ("unstaffed", "Nobody is on duty"),
    ("elevation", "Access by necessity"), ("family", "The family answered"),
    ("pack", "Trends pack"), ("comment", "Comment wanted"),
]  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("cases", "0013_calendar_feeds")]

    operations = [
        migrations.AlterField(model, "kind", models.CharField(choices=KINDS, max_length=12))
        for model in ("notice", "mailchoice")
    ]
