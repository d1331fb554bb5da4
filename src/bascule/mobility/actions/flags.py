"""Keep the flags of one rule equal to what the night found."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.roster.rules import Finding


def keep_flags(*, rule: str, found: Sequence[tuple[int, Finding]], at: datetime) -> dict[str, int]:
    """Add the flags that are newly true, renew those that read otherwise, clear what is over.

    Returns the counts. The figures of a flag are those of the night that wrote its sentence.
    """
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.flag_found")
        cursor.execute(
            "create temp table flag_found (student_id bigint, school_id bigint, version int,"
            " began_on date, because text, figures jsonb) on commit drop"
        )
        with cursor.copy("copy flag_found from stdin") as rows:
            for student, each in found:
                rows.write_row(
                    (student, each.school, each.version, each.began_on, each.because,
                     json.dumps(dict(each.figures), default=str))
                )  # fmt: skip
        cursor.execute(named_sql("mobility", "clear_flags"), {"rule": rule, "at": at})
        cleared = cursor.rowcount
        cursor.execute(named_sql("mobility", "renew_flags"), {"rule": rule})
        renewed = cursor.rowcount
        cursor.execute(named_sql("mobility", "add_flags"), {"rule": rule, "at": at})
        return {"true": len(found), "new": cursor.rowcount, "renewed": renewed, "cleared": cleared}
