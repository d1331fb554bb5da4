"""Few moves to one place are seen by the receiving side alone."""

from django.db import migrations

from bascule.kernel.row_security import rows_now_visible_where
from bascule.metrics.row_security import FLOW


class Migration(migrations.Migration):
    dependencies = [("metrics", "0004_moves_security")]
    operations = [rows_now_visible_where("metrics_flowcount", FLOW)]
