"""What leaves of the trends each month, and the comment that goes with it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.metrics.row_security import OPEN_VALUE
from bascule.mobility.row_security import DRAFT_OF_PACK, TREND_PACK

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):

    dependencies = [
        ("mobility", "0018_promises"),
        ("metrics", "0002_row_security"),
        ("directory", "0002_duty_roster"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrendPack",
            fields=[
                ("id", ID),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("month", models.DateField(unique=True)),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("written_by", models.BigIntegerField(null=True)),
                ("written_name", models.CharField(blank=True, max_length=160)),
                ("written_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("as_of", models.DateField(null=True)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("version", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "ordering": ["-month"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(words="", written_by=None, written_at=None)
                        | Q(written_by__isnull=False, written_at__isnull=False) & ~Q(words=""),
                        name="pack_words_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(made_at=None, as_of=None, version=None)
                        | Q(made_at__isnull=False, as_of__isnull=False, version__isnull=False),
                        name="pack_made_of_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackFigure",
            fields=[
                ("id", ID),
                ("month", models.DateField()),
                ("arrived", models.PositiveIntegerField(null=True)),
                ("left", models.PositiveIntegerField(null=True)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization")),
                ("pack", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="mobility.trendpack")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["month", "organization"], name="pack_figure_of_month"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "month"), name="pack_figure_once"),
                ],
            },
        ),
        rows_visible_where("mobility_trendpack", TREND_PACK),
        rows_writable_where("mobility_trendpack", DRAFT_OF_PACK),
        rows_visible_where("mobility_packfigure", OPEN_VALUE),
    ]
