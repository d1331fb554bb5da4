"""Where attempts to sign in are counted, for every process of every server alike."""

from django.db import migrations

TABLE = """
create table access_attempt (
  cache_key varchar(255) primary key,
  value text not null,
  expires timestamptz not null
);
create index access_attempt_expires on access_attempt (expires)
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_exports")]
    operations = [migrations.RunSQL(TABLE, "drop table access_attempt")]
