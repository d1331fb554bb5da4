"""Who acts and which schools that reaches, for row-level security; each person's own rows."""

from django.db import migrations

from bascule.access.row_security import ACTING_USER, ELEVATION, OWN_ELEVATION
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by, rows_visible_where, rows_writable_where

SWEEP = "bascule_sweep"
FUNCTIONS = (
    "bascule_elevated()",
    "bascule_may(text)", "bascule_sees_restricted()", "bascule_is_district_wide()",
    "bascule_school_ids()", "bascule_position_ids()", "bascule_organization_ids()",
    "bascule_person()", "bascule_now()",
    "bascule_enter(bigint, date, timestamptz)",
)


class Migration(migrations.Migration):

    dependencies = [("access", "0001_initial"), ("directory", "0002_duty_roster")]

    operations = [
        migrations.RunSQL(
            [
                f"create policy sweep_reads on access_elevation for select to {SWEEP}"
                " using (true)",
                named_sql("access", "create_elevated"),
                *function_owned_by(SWEEP, "access_elevated(bigint, timestamptz)"),
            ],
            [
                "drop function access_elevated(bigint, timestamptz)",
                "drop policy sweep_reads on access_elevation",
            ],
        ),
        migrations.RunSQL(
            named_sql("access", "create_scope"), [f"drop function {name}" for name in FUNCTIONS]
        ),
        rows_visible_where("access_elevation", ELEVATION),
        rows_writable_where("access_elevation", OWN_ELEVATION, commands=["insert"]),
        rows_visible_where("access_export", ACTING_USER),
        rows_writable_where("access_export", ACTING_USER),
        migrations.RunSQL(
            [
                f"create policy sweep_all on access_export for all to {SWEEP} using (true)",
                named_sql("access", "create_forget_exports"),
                *function_owned_by(SWEEP, "access_forget_exports(timestamptz)"),
            ],
            [
                "drop function access_forget_exports(timestamptz)",
                "drop policy sweep_all on access_export",
            ],
        ),
    ]
