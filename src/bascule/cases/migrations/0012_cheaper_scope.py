"""The same cases are seen as before, by a cheaper rule; the most urgent come from an index."""

from django.db import migrations, models

from bascule.cases.row_security import CASE
from bascule.kernel.row_security import rows_now_visible_where


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_elevations"), ("roster", "0030_cheaper_scope")]
    operations = [
        rows_now_visible_where("cases_casefile", CASE),
        migrations.AddIndex(
            "casefile",
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(closed_at__isnull=True),
                name="open_case_by_due",
            ),
        ),
    ]
