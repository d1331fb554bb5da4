"""A restricted reach shows what it was given for, and nothing else (ADR 0097)."""

import importlib

import django.contrib.postgres.fields
from django.db import migrations, models

from bascule.kernel.row_security import rows_now_visible_where, rows_now_writable_where
from bascule.roster.row_security import CONSENT, PROGRAM

before = importlib.import_module("bascule.roster.migrations.0002_row_security")


class Migration(migrations.Migration):

    dependencies = [("roster", "0005_reported_rows")]

    operations = [
        migrations.AddField(
            "reach",
            "shows",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), blank=True, default=list, size=None
            ),
        ),
        rows_now_visible_where("roster_programspell", PROGRAM, before=before.PROGRAM_BY_TIER),
        rows_now_visible_where("roster_consent", CONSENT, before=before.CONSENT_BY_TIER),
        rows_now_writable_where("roster_consent", CONSENT, before=before.CONSENT_BY_TIER),
    ]
