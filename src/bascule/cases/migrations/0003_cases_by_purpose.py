"""A restricted reach shows the restricted cases of its own kind alone (ADR 0097)."""

import importlib

from django.db import migrations

from bascule.cases.row_security import CASE
from bascule.kernel.row_security import rows_now_visible_where, rows_now_writable_where

before = importlib.import_module("bascule.cases.migrations.0002_row_security")


class Migration(migrations.Migration):

    dependencies = [("cases", "0002_row_security"), ("roster", "0006_reaches_show")]

    operations = [
        rows_now_visible_where("cases_casefile", CASE, before=before.CASE_BY_TIER),
        rows_now_writable_where("cases_casefile", CASE, before=before.CASE_BY_TIER),
    ]
