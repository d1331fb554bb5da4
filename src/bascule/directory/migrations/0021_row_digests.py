"""A merged row keeps a digest of what was reported, and loses it when others change the row."""

from django.db import migrations, models

from bascule.kernel.row_digests import FORGET, digest_forgotten_with

# The columns that a feed owns (feeds.targets.FEED_OWNED; a test holds the two together).
OWNED = {
    "directory_organization": (
        "kind reported_kind name short_name identifier governance grades address latitude "
        "longitude is_options"
    ),
    "directory_academicsession": (
        "title kind school_year starts_on ends_on parent_id"
    ),
    "directory_person": (
        "given_name family_name email phone also_reported"
    ),
}


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0010_reported_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='academicsession',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='row_digest',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(FORGET, "drop function bascule_forget_row_digest()"),
        *(digest_forgotten_with(table, *owned.split()) for table, owned in OWNED.items()),
    ]
