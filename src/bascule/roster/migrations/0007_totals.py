"""The number of students of each school is kept, so that a district's list need not count them."""

from django.db import migrations, models

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where


class Migration(migrations.Migration):
    dependencies = [("roster", "0006_overlapping")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_totals"),
            [
                "drop trigger keep_totals_of_new on roster_student",
                "drop trigger keep_totals_of_old on roster_student",
                "drop trigger keep_totals_of_moved on roster_student",
                "drop function roster_keep_totals()",
                "drop table roster_schooltotal",
            ],
        ),
        migrations.CreateModel(
            name="SchoolTotal",
            fields=[
                ("school_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("students", models.BigIntegerField()),
            ],
            options={"managed": False},
        ),
        rows_visible_where("roster_schooltotal", "(select bascule_is_district_wide())"),
    ]
