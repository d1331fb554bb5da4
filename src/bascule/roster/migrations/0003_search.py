"""The search that knows the scope, and the end of what a case let see: both as a role apart."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by

SEARCH = "bascule_search"
SEARCHED = ("roster_student", "roster_reach")
AS_SEARCH = [
    "select show_limit()",  # loads the library, whose setting the function sets
    f"grant usage, create on schema public to {SEARCH}",
    f"grant select on roster_nameword to {SEARCH}",
    f"set local role {SEARCH}",
    named_sql("roster", "create_names_alike"),
    named_sql("roster", "create_search"),
    "reset role",
    f"revoke create on schema public from {SEARCH}",
]


class Migration(migrations.Migration):

    dependencies = [("roster", "0002_row_security")]

    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_sort_key"), "drop function roster_sort_key(text)"
        ),
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
        migrations.RunSQL(
            [f"create policy search_all on {table} for select to {SEARCH} using (true)"
             for table in SEARCHED],
            [f"drop policy search_all on {table}" for table in SEARCHED],
        ),
        migrations.RunSQL(AS_SEARCH, "drop function roster_search_students(text, int)"),
        migrations.RunSQL(
            [
                f"create policy reach_ends on roster_reach for update to {SEARCH}"
                " using (true) with check (ends_at is not null)",
                named_sql("roster", "create_end_reaches"),
                *function_owned_by(SEARCH, "roster_end_reaches(text, timestamptz)"),
            ],
            [
                "drop function roster_end_reaches(text, timestamptz)",
                "drop policy reach_ends on roster_reach",
            ],
        ),
    ]
