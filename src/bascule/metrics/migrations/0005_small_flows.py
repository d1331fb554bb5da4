"""Few moves to one place are seen by the receiving side alone."""

from django.db.migrations import Migration as Base
from django.db.migrations import RunSQL

from bascule.metrics.row_security import FLOW


class Migration(Base):
    dependencies = [("metrics", "0004_moves_security")]
    operations = [
        RunSQL(
            f"alter policy people_read on metrics_flowcount using ({FLOW})", RunSQL.noop
        ),
    ]
