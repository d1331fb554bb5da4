"""Holds are seen with their case; how many seats are in use is counted past that."""

from django.db import migrations

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by, rows_visible_where, rows_writable_where

SWEEP = "bascule_sweep"
IN_USE = "mobility_seats_in_use(bigint[], timestamptz)"


class Migration(migrations.Migration):

    dependencies = [("mobility", "0003_seats"), ("cases", "0002_row_security")]

    operations = [
        rows_visible_where("mobility_seathold", OF_VISIBLE_CASE),
        rows_writable_where("mobility_seathold", OF_VISIBLE_CASE),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on mobility_seathold for select to {SWEEP}"
                " using (true)",
                named_sql("mobility", "create_seats_in_use"),
                *function_owned_by(SWEEP, IN_USE),
            ],
            [f"drop function {IN_USE}", "drop policy sweep_reads on mobility_seathold"],
        ),
    ]
