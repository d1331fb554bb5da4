"""Which procedure certifies the staff of schools: dated marks that stay; no student."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("mobility", "0021_procedures")]

    operations = [
        migrations.CreateModel(
            name="SchoolCertification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marked_by", models.BigIntegerField()),
                ("marked_name", models.CharField(max_length=160)),
                ("marked_at", models.DateTimeField()),
                ("procedure", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobility.procedure")),
            ],
            options={
                "ordering": ["-marked_at", "-id"],
            },
        ),
    ]
