"""What a source said the last time is kept by digest, so that a night takes over what is new."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0040_undone_at")]
    operations = [
        migrations.CreateModel(
            name="KeptDigests",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(max_length=40)),
                ("way", models.CharField(max_length=64)),
                ("packed", models.BinaryField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_digests",
                        to="feeds.source",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "target"), name="kept_digests_once")
                ]
            },
        ),
    ]
