"""How many inactive students came how far: shown to all but where it would tell of few."""

from django.db import migrations, models

from bascule.kernel.row_security import rows_visible_where
from bascule.mobility.row_security import OUTREACH_COUNT


class Migration(migrations.Migration):

    dependencies = [("mobility", "0014_outreach_bands"), ("access", "0002_scope")]

    operations = [
        migrations.CreateModel(
            name="OutreachCount",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("month", models.DateField(null=True)),
                ("cut", models.CharField(blank=True, max_length=8)),
                ("group", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
                ("is_hidden", models.BooleanField()),
                ("version", models.PositiveSmallIntegerField()),
                ("as_of", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "month", "cut", "group", "key"),
                        name="outreach_count_once", nulls_distinct=False),
                ],
            },
        ),
        rows_visible_where("mobility_outreachcount", OUTREACH_COUNT),
    ]  # fmt: skip
