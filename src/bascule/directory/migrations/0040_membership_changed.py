"""Which run of a feed moved an organization: by that instant the run is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0021_row_digests")]
    operations = [
        migrations.AddField("membership", "changed_at", models.DateTimeField(null=True)),
    ]
