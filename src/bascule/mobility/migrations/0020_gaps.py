"""The register of gaps: patterns behind tickets; no student stands in it."""

import uuid

from django.db import migrations, models
from django.db.models import Q

CAUSES = [
    ("late_entry", "Entered late or not at all"), ("wrong_code", "Wrong entry or leave code"),
    ("rule_unknown", "The rule was not known"),
    ("rule_unclear", "The rule is unclear or contradicts another"),
    ("no_answer", "The other school or district did not answer"),
    ("family_papers", "Papers that the family could not bring"),
    ("no_capacity", "No seat or service was free"),
    ("two_records", "Two records of one student"),
    ("system", "The student system lost or delayed it"), ("unfounded", "Nothing was wrong"),
]  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("mobility", "0019_trend_packs")]

    operations = [
        migrations.CreateModel(
            name="SystemGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("pattern", models.CharField(max_length=600)),
                ("root_cause", models.CharField(choices=CAUSES, max_length=20)),
                ("office", models.CharField(max_length=80)),
                ("opened_by", models.BigIntegerField()),
                ("opened_name", models.CharField(max_length=160)),
                ("opened_at", models.DateTimeField()),
                ("decision", models.CharField(blank=True, max_length=600)),
                ("decided_on", models.DateField(null=True)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_name", models.CharField(blank=True, max_length=160)),
                ("closed_because", models.CharField(blank=True, max_length=600)),
                ("closed_name", models.CharField(blank=True, max_length=160)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(decision="", decided_on=None, decided_by=None)
                        | ~Q(decision="") & Q(decided_on__isnull=False, decided_by__isnull=False),
                        name="gap_decided_whole",
                        violation_error_message="A decision has words and a day.",
                    ),
                    models.CheckConstraint(
                        condition=Q(closed_because="", closed_at=None)
                        | ~Q(closed_because="") & Q(closed_at__isnull=False),
                        name="gap_closed_for_a_reason",
                        violation_error_message="Why a gap is closed is said.",
                    ),
                ],
            },
        ),
    ]
