"""Scenarios that are asked of who signs a procedure: masked patterns and totals, no student."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("mobility", "0022_school_certification")]

    operations = [
        migrations.CreateModel(
            name="ProcedureScenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("workflow", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=40)),
                ("root_cause", models.CharField(blank=True, max_length=20)),
                ("grade_band", models.CharField(blank=True, max_length=4)),
                ("hours", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=800)),
                ("answers", models.JSONField()),
                ("right", models.PositiveSmallIntegerField()),
                ("why", models.CharField(max_length=800)),
                ("passage", models.CharField(max_length=800)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("written_by", models.BigIntegerField()),
                ("written_name", models.CharField(max_length=160)),
                ("written_at", models.DateTimeField()),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scenarios", to="mobility.procedureversion")),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddConstraint(
            model_name="procedurescenario",
            constraint=models.UniqueConstraint(fields=("version", "number"), name="scenario_once", violation_error_message="Somebody wrote a scenario meanwhile."),
        ),
        migrations.AddConstraint(
            model_name="procedurescenario",
            constraint=models.CheckConstraint(condition=models.Q(("right__lt", 4), ("wrong__lte", models.F("tries"))), name="scenario_counts", violation_error_message="No more tries can be wrong than there were."),
        ),
    ]
