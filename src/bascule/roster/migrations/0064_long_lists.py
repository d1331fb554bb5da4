"""Lists of many schools are read and counted without going through the schools row by row."""

from django.db import migrations

from bascule.kernel.row_security import rows_now_visible_where
from bascule.roster.row_security import SCHOOL_DAY, STUDENT


class Migration(migrations.Migration):
    dependencies = [("roster", "0063_restricted_consents")]
    operations = [
        rows_now_visible_where("roster_student", STUDENT),
        # Who sees all students of a school may know how many there are.
        rows_now_visible_where("roster_schooltotal", SCHOOL_DAY),
    ]
