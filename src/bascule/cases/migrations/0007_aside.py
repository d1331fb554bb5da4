"""A case may be set aside until a moment before its clock runs out."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_family_notices")]

    operations = [
        migrations.AddField("casefile", "aside_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "casefile",
            "aside_because",
            models.CharField(blank=True, db_default="", max_length=400),
        ),
        migrations.AddConstraint(
            "casefile",
            models.CheckConstraint(
                condition=Q(aside_until__isnull=True, aside_because="")
                | Q(aside_until__lte=F("due_at")) & ~Q(aside_because="")
                | Q(closed_at__isnull=False),
                name="case_aside_within_clock",
                violation_error_message="A case comes back before its clock has run out.",
            ),
        ),
    ]
