"""What lets a night leave out the students whose lines are as they were (ADR 0060)."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where


class Migration(migrations.Migration):
    dependencies = [("roster", "0002_row_security")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_claim_digest"),
            [
                "drop trigger forget_digest_of_new on roster_enrollmentclaim",
                "drop trigger forget_digest_of_old on roster_enrollmentclaim",
                "drop trigger forget_digest_of_changed on roster_enrollmentclaim",
                "drop trigger forget_digest_of_moved on roster_enrollmentclaim",
                "drop function roster_forget_digests()",
                "drop table roster_claimdigest",
            ],
        ),
        rows_visible_where("roster_claimdigest", "false"),
    ]
