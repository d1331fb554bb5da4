"""Whoever owns a case is told what its family answered, by the role of the sweep."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by

SWEEP = "bascule_sweep"
TELL = "mobility_tell_family_answers(timestamptz)"


class Migration(migrations.Migration):

    dependencies = [("mobility", "0011_board_figures"), ("cases", "0006_family_notices")]

    operations = [
        migrations.RunSQL(
            [
                f"create policy sweep_reads on mobility_familyanswer for select to {SWEEP}"
                " using (true)",
                named_sql("mobility", "create_tell_family_answers"),
                *function_owned_by(SWEEP, TELL),
            ],
            [f"drop function {TELL}", "drop policy sweep_reads on mobility_familyanswer"],
        ),
    ]
