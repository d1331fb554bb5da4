"""The chain of decisions, attempts to sign in, and what rows held before a feed changed them."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_history import earlier_rows_kept

# Attempts are counted here for every process of every server alike.
ATTEMPTS = """
create table access_attempt (
  cache_key varchar(255) primary key,
  value text not null,
  expires timestamptz not null
);
create index access_attempt_expires on access_attempt (expires)
"""
TABLES = (
    "directory_organization", "directory_academicsession", "directory_person",
    "directory_membership",
)


class Migration(migrations.Migration):

    dependencies = [("access", "0002_scope")]

    operations = [
        migrations.RunSQL(
            named_sql("access", "create_decision_chain"),
            [
                "drop trigger chain_decision on access_decision",
                "drop function access_chain_decision()",
                "alter table access_decision drop column number, drop column previous_hash,"
                " drop column hash",
            ],
        ),
        migrations.RunSQL(ATTEMPTS, "drop table access_attempt"),
        migrations.RunSQL(
            named_sql("access", "create_keep_earlier"), "drop function access_keep_earlier()"
        ),
        *(earlier_rows_kept(table) for table in TABLES),
    ]
