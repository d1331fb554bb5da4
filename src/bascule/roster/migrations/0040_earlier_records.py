"""What feeds change in attendance, its totals, marks and programs is kept as it was (ADR 0051)."""

from django.db import migrations, models

from bascule.kernel.row_history import earlier_rows_kept

TABLES = (
    "roster_attendanceevent",
    "roster_attendanceday",
    "roster_mark",
    "roster_programspell",
)


class Migration(migrations.Migration):
    dependencies = [("roster", "0031_search_few_schools"), ("access", "0020_earlier_rows")]
    operations = [
        *(
            migrations.AddField("attendanceday", name, models.DateTimeField(null=True))
            for name in ("changed_at", "ended_at")
        ),
        *(earlier_rows_kept(table) for table in TABLES),
    ]
