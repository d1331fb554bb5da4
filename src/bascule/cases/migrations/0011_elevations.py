"""Whoever opens a record by necessity names it by its number; the steward is told."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql

OWNERS = {
    "cases_tell_elevations(timestamptz)": "bascule_sweep",
    "cases_student_numbered(text)": "bascule_search",
}


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_notices"), ("access", "0030_elevations"), ("roster", "0002_row_security"),
    ]
    operations = [
        migrations.RunSQL(
            [
                named_sql("cases", "create_tell_elevations"),
                named_sql("cases", "create_student_numbered"),
                *(
                    statement
                    for function, owner in OWNERS.items()
                    for statement in (
                        f"grant create on schema public to {owner}",
                        f"alter function {function} owner to {owner}",
                        f"revoke create on schema public from {owner}",
                    )
                ),
            ],
            [f"drop function {function}" for function in OWNERS],
        ),
    ]
