"""The first load of a district builds constraints over all its rows at once (ADR 0060)."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):
    dependencies = [("roster", "0003_claim_digests")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_first_load"),
            [
                "drop function roster_lay_aside(text)",
                "drop function roster_take_up()",
                "drop table roster_laidaside",
            ],
        ),
    ]
