"""Row-level security over everything that has a student in it, and the search that knows it."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.roster.row_security import OF_VISIBLE_STUDENT, REACH_HELD, REACHED, SEES_STUDENT, STUDENT

SEARCHED = ("roster_student", "roster_reach")


class Migration(migrations.Migration):
    dependencies = [("roster", "0001_initial"), ("access", "0002_scope")]
    operations = [
        migrations.RunSQL(
            named_sql("roster", "create_sort_key"), "drop function roster_sort_key(text)"
        ),
        rows_visible_where("roster_reach", REACH_HELD),
        migrations.RunSQL(REACHED, "drop function roster_reached()"),
        rows_visible_where("roster_student", STUDENT),
        rows_visible_where("roster_enrollmentclaim", OF_VISIBLE_STUDENT),
        rows_visible_where("roster_stint", OF_VISIBLE_STUDENT),
        migrations.RunSQL(SEES_STUDENT, "drop function roster_sees_student(bigint)"),
        rows_writable_where("roster_reach", "roster_sees_student(student_id)"),
        migrations.RunSQL(
            [f"create policy search_all on {table} for select to bascule_search using (true)"
             for table in SEARCHED],
            [f"drop policy search_all on {table}" for table in SEARCHED],
        ),
        migrations.RunSQL(
            [
                named_sql("roster", "create_search"),
                "grant create on schema public to bascule_search",
                "alter function roster_search_students(text, int) owner to bascule_search",
                "revoke create on schema public from bascule_search",
            ],
            "drop function roster_search_students(text, int)",
        ),
        migrations.RunSQL(
            [
                "create policy reach_ends on roster_reach for update to bascule_search"
                " using (true) with check (ends_at is not null)",
                named_sql("roster", "create_end_reaches"),
                "grant create on schema public to bascule_search",
                "alter function roster_end_reaches(text, timestamptz) owner to bascule_search",
                "revoke create on schema public from bascule_search",
            ],
            [
                "drop function roster_end_reaches(text, timestamptz)",
                "drop policy reach_ends on roster_reach",
            ],
        ),
    ]
