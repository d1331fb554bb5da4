"""Secret addresses of calendars: one's own, found by the digest of the secret alone."""

import uuid

from django.db import migrations, models

import bascule.kernel.clock
from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by, rows_visible_where, rows_writable_where

OWN = "user_id = (select current_setting('bascule.actor')::bigint)"
SWEEP, OWNER = "bascule_sweep", "cases_owner_of_calendar(text)"


class Migration(migrations.Migration):

    dependencies = [("cases", "0012_mail_choices")]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("user_id", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("language", models.CharField(max_length=5)),
                ("made_at", models.DateTimeField(default=bascule.kernel.clock.now)),
            ],
        ),
        rows_visible_where("cases_calendarfeed", OWN),
        rows_writable_where("cases_calendarfeed", OWN, commands=["insert", "delete"]),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on cases_calendarfeed for select to {SWEEP} using (true)",
                named_sql("cases", "create_owner_of_calendar"),
                *function_owned_by(SWEEP, OWNER),
            ],
            [f"drop function {OWNER}", "drop policy sweep_reads on cases_calendarfeed"],
        ),
    ]
