"""Handovers are seen with their case, and what the roster answers with them."""

from django.db import migrations

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

OF_VISIBLE_HANDOVER = "exists (select from mobility_handover h where h.id = handover_id)"


class Migration(migrations.Migration):

    dependencies = [("mobility", "0005_handovers"), ("cases", "0002_row_security")]

    operations = [
        rows_visible_where("mobility_handover", OF_VISIBLE_CASE),
        rows_writable_where("mobility_handover", OF_VISIBLE_CASE),
        rows_visible_where("mobility_rosteranswer", OF_VISIBLE_HANDOVER),
    ]
