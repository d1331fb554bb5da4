"""Contingency plans of networks and how they were tried; no student stands in them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("mobility", "0016_outreach_slices"), ("directory", "0002_duty_roster")]

    operations = [
        migrations.CreateModel(
            name="ContingencyPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.TextField(max_length=2000)),
                ("written_by", models.BigIntegerField()),
                ("written_name", models.CharField(max_length=160)),
                ("written_at", models.DateTimeField()),
                ("agreed_by", models.BigIntegerField(null=True)),
                ("agreed_name", models.CharField(blank=True, max_length=160)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("network", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization")),
            ],
            options={
                "ordering": ["-written_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed_at", None), ("agreed_by", None), ("agreed_name", ""))
                        | models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                        name="plan_agreed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("away", models.JSONField()),
                ("lines", models.JSONField()),
                ("tried_by", models.BigIntegerField()),
                ("tried_name", models.CharField(max_length=160)),
                ("tried_at", models.DateTimeField()),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rehearsals", to="mobility.contingencyplan")),
            ],
            options={"ordering": ["-tried_at", "-id"]},
        ),
    ]
