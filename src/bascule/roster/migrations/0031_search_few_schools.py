"""Who works for a few schools has their names compared, not the whole district's searched."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql


class Migration(migrations.Migration):
    dependencies = [("roster", "0030_cheaper_scope")]
    operations = [
        migrations.RunSQL(
            [
                "select show_limit()",  # loads the library, whose setting the function sets
                "grant usage, create on schema public to bascule_search",
                "set local role bascule_search",
                named_sql("roster", "create_search"),
                "reset role",
                "revoke create on schema public from bascule_search",
            ],
            migrations.RunSQL.noop,
        ),
    ]
