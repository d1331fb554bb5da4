"""Row-level security over cases, and the functions that look past it for one thing each."""

from django.db import migrations

from bascule.cases.row_security import NOTICE, OF_VISIBLE_CASE
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by, rows_visible_where, rows_writable_where
from bascule.roster.row_security import OF_VISIBLE_STUDENT

SEARCH, SWEEP = "bascule_search", "bascule_sweep"
CASE_BY_TIER = f"""
  {OF_VISIBLE_STUDENT}
  and (
    tier = 'student'
    or (select bascule_sees_restricted())
    or exists (
      select from roster_reach r
      where r.student_id = cases_casefile.student_id and r.tier = 'restricted'
    )
  )
"""


class Migration(migrations.Migration):

    dependencies = [("cases", "0001_initial"), ("roster", "0003_search")]

    operations = [
        rows_visible_where("cases_casefile", CASE_BY_TIER),
        rows_writable_where("cases_casefile", CASE_BY_TIER),
        rows_visible_where("cases_transition", OF_VISIBLE_CASE),
        rows_writable_where("cases_transition", OF_VISIBLE_CASE, commands=["insert"]),
        rows_visible_where("cases_note", OF_VISIBLE_CASE),
        rows_writable_where("cases_note", OF_VISIBLE_CASE, commands=["insert"]),
        rows_visible_where("cases_notice", NOTICE),
        rows_writable_where("cases_notice", NOTICE, commands=["update"]),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on cases_casefile for select to {SWEEP} using (true)",
                f"create policy sweep_writes on cases_notice for all to {SWEEP}"
                " using (true) with check (true)",
                named_sql("cases", "create_alarms"),
                *function_owned_by(SWEEP, "cases_fire_alarms(timestamptz, date)"),
                named_sql("cases", "create_tell_elevations"),
                *function_owned_by(SWEEP, "cases_tell_elevations(timestamptz)"),
            ],
            [
                "drop function cases_tell_elevations(timestamptz)",
                "drop function cases_fire_alarms(timestamptz, date)",
                "drop policy sweep_writes on cases_notice",
                "drop policy sweep_reads on cases_casefile",
            ],
        ),
        # Whoever opens a record by necessity names it by its number.
        migrations.RunSQL(
            [
                named_sql("cases", "create_student_numbered"),
                *function_owned_by(SEARCH, "cases_student_numbered(text)"),
            ],
            "drop function cases_student_numbered(text)",
        ),
    ]
