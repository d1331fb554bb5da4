"""Rows that other hands than their feed's have changed are noted; rows hold no digest more."""

from django.db import migrations, models

from bascule.kernel.row_digests import NOTE, touched_rows_noted

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together).
OWNED = {
    "directory_organization": (
        "kind reported_kind name short_name identifier governance grades address latitude"
        " longitude is_options "
    ),
    "directory_academicsession": ("title kind school_year starts_on ends_on parent_id "),
    "directory_person": ("given_name family_name email phone also_reported "),
}
DIGESTED = ("academicsession", "organization", "person")


class Migration(migrations.Migration):
    dependencies = [("directory", "0040_membership_changed")]
    operations = [
        migrations.CreateModel(
            name="TouchedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("source", models.CharField(max_length=40)),
                ("source_key", models.CharField(max_length=255)),
            ],
            options={
                "indexes": [models.Index(fields=["table_name", "source"], name="touched_by_table")]
            },
        ),
        migrations.RunSQL(NOTE, "drop function directory_note_touched()"),
        *(
            migrations.RunSQL(f"drop trigger forget_row_digest on directory_{name}")
            for name in DIGESTED
        ),
        *(migrations.RemoveField(name, "row_digest") for name in DIGESTED),
        *(touched_rows_noted(table, *owned.split()) for table, owned in OWNED.items()),
    ]
