"""When a run was taken back: an instant that no other run may bear."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0003_orders")]
    operations = [
        migrations.AddField("filerun", "undone_at", models.DateTimeField(null=True)),
    ]
