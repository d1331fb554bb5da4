"""Procedures in versions that stay, their signatures and the checks of their links; no student."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0002_duty_roster"),
        ("mobility", "0020_gaps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Procedure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=160, unique=True)),
                ("office", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["title", "id"],
            },
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.TextField(blank=True, max_length=8000)),
                ("link", models.CharField(blank=True, max_length=300)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("signers", models.JSONField()),
                ("published_by", models.BigIntegerField()),
                ("published_name", models.CharField(max_length=160)),
                ("published_at", models.DateTimeField()),
                ("procedure", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="mobility.procedure")),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="ProcedureSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("school_year", models.PositiveSmallIntegerField()),
                ("signed_at", models.DateTimeField()),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="mobility.procedureversion")),
            ],
            options={
                "ordering": ["signed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("problem", models.CharField(blank=True, max_length=80)),
                ("checked_at", models.DateTimeField()),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="mobility.procedureversion")),
            ],
            options={
                "ordering": ["-checked_at", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="procedureversion",
            constraint=models.UniqueConstraint(fields=("procedure", "number"), name="procedure_version_once", violation_error_message="Somebody published a version meanwhile."),
        ),
        migrations.AddConstraint(
            model_name="procedureversion",
            constraint=models.CheckConstraint(condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"), name="procedure_span_ordered", violation_error_message="It ends before it begins."),
        ),
        migrations.AddConstraint(
            model_name="procedureversion",
            constraint=models.CheckConstraint(condition=models.Q(("link", ""), ("words", ""), _negated=True), name="procedure_says_something", violation_error_message="A procedure has a text or a link."),
        ),
        migrations.AddConstraint(
            model_name="proceduresignature",
            constraint=models.UniqueConstraint(fields=("version", "person", "school_year"), name="procedure_signed_once", violation_error_message="It is signed already."),
        ),
    ]
