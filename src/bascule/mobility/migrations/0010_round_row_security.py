"""What a round gave a student is seen with the student's case."""

from django.db import migrations

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_visible_where, rows_writable_where


class Migration(migrations.Migration):

    dependencies = [("mobility", "0009_placement_rounds"), ("cases", "0002_row_security")]

    operations = [
        rows_visible_where("mobility_roundresult", OF_VISIBLE_CASE),
        rows_writable_where("mobility_roundresult", OF_VISIBLE_CASE),
    ]
