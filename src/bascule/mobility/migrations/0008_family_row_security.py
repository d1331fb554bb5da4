"""Both locks of a family's page: its link for the serving role, one case for a role of its own."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import (
    function_owned_by,
    rows_visible_where,
    rows_writable_where,
)
from bascule.mobility.row_security import (
    FAMILY_ANSWER,
    FAMILY_LINK,
    ITS_STUDENT,
    OF_ONE_CASE,
    ONE_CASE,
    OWN_ANSWER,
)

FAMILY = "bascule_family"
SEEN = {
    "cases_casefile": ONE_CASE,
    "roster_student": ITS_STUDENT,
    "mobility_seathold": OF_ONE_CASE,
    "mobility_handover": OF_ONE_CASE,
    "mobility_familyanswer": OF_ONE_CASE,
}
FUNCTIONS = {
    "create_family_door": "mobility_family_door(text, timestamptz, integer)",
    "create_unlock_family": "mobility_unlock_family(text, date, timestamptz, integer)",
    "create_family_page": "mobility_family_page()",
}


class Migration(migrations.Migration):

    dependencies = [
        ("mobility", "0007_families"),
        ("access", "0004_families_enter_apart"),
    ]

    operations = [
        migrations.RunSQL(
            named_sql("mobility", "create_enter_family"),
            [
                "drop function mobility_family()",
                "drop function mobility_enter_family(bigint, date, timestamptz)",
            ],
        ),
        rows_visible_where("mobility_familylink", FAMILY_LINK),
        rows_writable_where("mobility_familylink", FAMILY_LINK),
        rows_visible_where("mobility_familyanswer", FAMILY_ANSWER),
        rows_writable_where("mobility_familyanswer", OWN_ANSWER, commands=["insert"]),
        migrations.RunSQL(
            [
                f"create policy family_all on mobility_familylink for all to {FAMILY}"
                " using (true) with check (true)",
                *(
                    f"create policy family_reads on {table} for select to {FAMILY} using ({seen})"
                    for table, seen in SEEN.items()
                ),
            ],
            [
                "drop policy family_all on mobility_familylink",
                *(f"drop policy family_reads on {table}" for table in SEEN),
            ],
        ),
        *(
            migrations.RunSQL(
                [named_sql("mobility", name), *function_owned_by(FAMILY, function)],
                f"drop function {function}",
            )
            for name, function in FUNCTIONS.items()
        ),
    ]
