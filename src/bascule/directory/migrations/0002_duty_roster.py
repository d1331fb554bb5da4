"""The declared order of cover, and which reported rows other hands than their feed's changed."""

from django.db import migrations

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_digests import NOTE, touched_rows_noted

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together).
OWNED = {
    "directory_organization": (
        "kind reported_kind name short_name identifier governance grades address latitude"
        " longitude is_options"
    ),
    "directory_academicsession": "title kind school_year starts_on ends_on parent_id",
    "directory_person": "given_name family_name email phone also_reported",
}
FUNCTIONS = (
    "directory_on_duty_for(bigint, date)",
    "directory_duty_of(bigint[], date)",
    "directory_duty_roster(date)",
    "directory_cover_candidates(date)",
)


class Migration(migrations.Migration):

    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunSQL(
            named_sql("directory", "create_duty_roster"),
            [f"drop function {name}" for name in FUNCTIONS],
        ),
        migrations.RunSQL(NOTE, "drop function directory_note_touched()"),
        *(touched_rows_noted(table, *owned.split()) for table, owned in OWNED.items()),
    ]
