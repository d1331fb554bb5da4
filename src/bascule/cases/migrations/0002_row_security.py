"""Row-level security over cases: the student's scope and the tier."""

from django.db import migrations

from bascule.cases.row_security import CASE, OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_visible_where, rows_writable_where


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("roster", "0002_row_security")]
    operations = [
        rows_visible_where("cases_casefile", CASE),
        rows_writable_where("cases_casefile", CASE),
        rows_visible_where("cases_transition", OF_VISIBLE_CASE),
        rows_writable_where("cases_transition", OF_VISIBLE_CASE, commands=["insert"]),
        rows_visible_where("cases_note", OF_VISIBLE_CASE),
        rows_writable_where("cases_note", OF_VISIBLE_CASE, commands=["insert"]),
    ]
