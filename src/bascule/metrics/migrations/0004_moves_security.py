"""Moves by month and flows are seen in remit."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where
from bascule.metrics.row_security import FLOW, OPEN_VALUE


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_moves"), ("access", "0002_scope")]
    operations = [
        rows_visible_where("metrics_monthlymoves", OPEN_VALUE),
        rows_visible_where("metrics_flowcount", FLOW),
    ]
