"""Newly found students may be drawn by lot: who comes first, and what is tried first."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("mobility", "0015_outreach_counts")]

    operations = [
        migrations.CreateModel(
            name="OutreachSlice",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("question", models.CharField(
                    choices=[("first", "Who comes first, and what is tried first")],
                    default="first", max_length=10)),
                ("seed", models.BigIntegerField()),
                ("version", models.PositiveSmallIntegerField()),
                ("approved_by", models.CharField(max_length=200)),
                ("started_at", models.DateTimeField()),
                ("started_by", models.BigIntegerField()),
                ("started_name", models.CharField(max_length=160)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.BigIntegerField(null=True)),
                ("ended_name", models.CharField(blank=True, db_default="", max_length=160)),
            ],
            options={
                "ordering": ["-started_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question",), condition=Q(ended_at__isnull=True),
                        name="outreach_slice_one_runs",
                        violation_error_message="Students are drawn already."),
                ],
            },
        ),
        migrations.AddField(
            "outreachbands", "slice",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cases",
                to="mobility.outreachslice"),
        ),
        migrations.AddField(
            "outreachbands", "first_kind",
            models.CharField(blank=True, db_default="", max_length=12),
        ),
    ]  # fmt: skip
