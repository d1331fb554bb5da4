"""A misspelled name is found by the words that stand in names, before whole names are compared."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql

AS_SEARCH = [
    "select show_limit()",  # loads the library, whose setting the function sets
    "grant usage, create on schema public to bascule_search",
    "grant select on roster_nameword to bascule_search",
    "set local role bascule_search",
    named_sql("roster", "create_names_alike"),
    named_sql("roster", "create_search"),
    "reset role",
    "revoke create on schema public from bascule_search",
]


class Migration(migrations.Migration):
    dependencies = [("roster", "0064_long_lists")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_name_words"),
            [
                "drop trigger keep_words_of_new on roster_student",
                "drop trigger keep_words_of_renamed on roster_student",
                "drop function roster_keep_words()",
                "drop table roster_nameword",
            ],
        ),
        migrations.RunSQL(
            named_sql("roster", "create_holds_each"),
            "drop function roster_holds_each(text, jsonb); drop function roster_letters(text)",
        ),
        migrations.RunSQL(AS_SEARCH, migrations.RunSQL.noop),
    ]
