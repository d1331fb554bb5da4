"""Who acts and which schools that reaches, for row-level security; the chain of decisions."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql

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
            named_sql("access", "create_scope"), [f"drop function {name}" for name in FUNCTIONS]
        ),
        migrations.RunSQL(
            named_sql("access", "create_decision_chain"),
            [
                "drop trigger chain_decision on access_decision",
                "drop function access_chain_decision()",
                "alter table access_decision drop column number, drop column previous_hash,"
                " drop column hash",
            ],
        ),
    ]
