"""Flags are seen with their student."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where
from bascule.roster.row_security import OF_VISIBLE_STUDENT


class Migration(migrations.Migration):
    dependencies = [("mobility", "0001_initial"), ("roster", "0002_row_security")]
    operations = [rows_visible_where("mobility_flag", OF_VISIBLE_STUDENT)]
