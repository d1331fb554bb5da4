"""How often somebody is mailed that there are notices: one's own choice, read by the sweep."""

from django.db import migrations, models

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by, rows_visible_where, rows_writable_where

OWN = "user_id = (select current_setting('bascule.actor')::bigint)"
SWEEP = "bascule_sweep"
TO_MAIL = "cases_users_to_mail(timestamptz, timestamptz, timestamptz)"
KINDS = [
    ("opened", "New case"), ("late", "Late"), ("unstaffed", "Nobody is on duty"),
    ("elevation", "Access by necessity"), ("family", "The family answered"),
]  # fmt: skip
HOW = [
    ("off", "Never"), ("instant", "At once"), ("daily", "Each morning"),
    ("weekly", "Monday mornings"),
]  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("cases", "0011_steps_found")]

    operations = [
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("how", models.CharField(choices=HOW, max_length=8)),
                ("told_until", models.DateTimeField()),
            ],
            options={
                "ordering": ["user_id", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=["user_id", "kind"], name="mail_choice_once_a_kind"),
                ],
            },
        ),
        rows_visible_where("cases_mailchoice", OWN),
        rows_writable_where("cases_mailchoice", OWN, commands=["insert", "update"]),
        migrations.RunSQL(
            [
                f"create policy sweep_reads on cases_mailchoice for select to {SWEEP} using (true)",
                named_sql("cases", "create_users_to_mail"),
                *function_owned_by(SWEEP, TO_MAIL),
            ],
            [f"drop function {TO_MAIL}", "drop policy sweep_reads on cases_mailchoice"],
        ),
    ]
