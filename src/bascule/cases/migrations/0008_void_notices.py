"""Notices that hold no more are put away by the sweep."""

from django.db import migrations, models
from django.db.models import Q

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by

SWEEP = "bascule_sweep"


class Migration(migrations.Migration):

    dependencies = [("cases", "0007_aside")]

    operations = [
        migrations.AddField("notice", "void_at", models.DateTimeField(null=True)),
        migrations.RemoveIndex("notice", "notice_unseen"),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["position", "-at"],
                condition=Q(seen_at__isnull=True, void_at__isnull=True),
                name="notice_unseen",
            ),
        ),
        migrations.RunSQL(
            [
                named_sql("cases", "create_void_notices"),
                *function_owned_by(SWEEP, "cases_void_notices(timestamptz)"),
            ],
            "drop function cases_void_notices(timestamptz)",
        ),
    ]
