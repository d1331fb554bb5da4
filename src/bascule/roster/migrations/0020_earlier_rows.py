"""What feeds change in students, families and classes is kept as it was (access 0020)."""

from django.db import migrations

from bascule.kernel.row_history import earlier_rows_kept

TABLES = (
    "roster_student", "roster_guardian", "roster_guardianship", "roster_demographics",
    "roster_schoolrole", "roster_course", "roster_section", "roster_sectionenrollment",
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0012_attendance_since"), ("access", "0020_earlier_rows")]
    operations = [earlier_rows_kept(table) for table in TABLES]
