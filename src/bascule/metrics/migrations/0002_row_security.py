"""Open figures, moves and flows are seen in remit; the students behind them with their student."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where
from bascule.metrics.row_security import FLOW, OPEN_VALUE
from bascule.roster.row_security import OF_VISIBLE_STUDENT


class Migration(migrations.Migration):

    dependencies = [("metrics", "0001_initial"), ("roster", "0002_row_security")]

    operations = [
        rows_visible_where("metrics_openvalue", OPEN_VALUE),
        rows_visible_where("metrics_countedstudent", OF_VISIBLE_STUDENT),
        rows_visible_where("metrics_monthlymoves", OPEN_VALUE),
        rows_visible_where("metrics_flowcount", FLOW),
    ]
