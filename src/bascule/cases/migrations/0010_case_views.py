"""Parts of the list of cases under a name: one's own, and those that colleagues share."""

import uuid

from django.db import migrations, models

import bascule.kernel.clock
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

OWN = "user_id = (select current_setting('bascule.actor')::bigint)"
SHARED = "is_shared and (select bascule_may('work_cases'))"


class Migration(migrations.Migration):

    dependencies = [("cases", "0009_note_outcomes")]

    operations = [
        migrations.CreateModel(
            name="CaseView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("user_id", models.BigIntegerField()),
                ("user_name", models.CharField(max_length=160)),
                ("title", models.CharField(max_length=60)),
                ("part", models.JSONField()),
                ("is_shared", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=bascule.kernel.clock.now)),
            ],
            options={
                "ordering": ["title", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["user_id", "title"], name="case_view_named_once"),
                ],
            },
        ),
        rows_visible_where("cases_caseview", f"{OWN} or ({SHARED})"),
        rows_writable_where("cases_caseview", OWN, commands=["insert", "delete"]),
    ]
