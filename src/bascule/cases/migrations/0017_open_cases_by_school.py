"""An open case is seen by the school that it keeps: no student is looked for (ADR 0112)."""

from django.db import migrations

from bascule.cases.row_security import CASE, CASE_BY_ITS_SCHOOL
from bascule.kernel.row_security import rows_now_visible_where


class Migration(migrations.Migration):

    dependencies = [("cases", "0016_presences")]

    operations = [
        rows_now_visible_where("cases_casefile", CASE_BY_ITS_SCHOOL, before=CASE),
    ]
