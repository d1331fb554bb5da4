"""The bands of outreach, seen with their case."""

import django.db.models.deletion
from django.db import migrations, models

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_visible_where

BANDS = [("high", "High"), ("middle", "Middle"), ("low", "Low"), ("unknown", "Not known")]


class Migration(migrations.Migration):

    dependencies = [
        ("mobility", "0013_transition_notes"),
        ("cases", "0009_note_outcomes"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutreachBands",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reach", models.CharField(choices=BANDS, max_length=8)),
                ("comeback", models.CharField(choices=BANDS, max_length=8)),
                ("finish", models.CharField(choices=BANDS, max_length=8)),
                ("highs", models.PositiveSmallIntegerField()),
                ("told", models.JSONField(default=dict)),
                ("version", models.PositiveSmallIntegerField()),
                ("as_of", models.DateField()),
                ("case", models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="outreach_bands", to="cases.casefile")),
            ],
        ),
        rows_visible_where("mobility_outreachbands", OF_VISIBLE_CASE),
    ]  # fmt: skip
