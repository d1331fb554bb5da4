"""What was typed and not sent, kept for who typed it and for nobody else."""

from django.db import migrations, models

from bascule.kernel.row_security import rows_visible_where, rows_writable_where

OWN = "user_id = (select current_setting('bascule.actor')::bigint)"


class Migration(migrations.Migration):

    dependencies = [("access", "0009_certified_list")]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("page", models.CharField(max_length=200)),
                ("form", models.CharField(max_length=60)),
                ("fields", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["saved_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["user_id", "page", "form"], name="draft_once_a_form"),
                ],
            },
        ),
        rows_visible_where("access_draft", OWN),
        rows_writable_where("access_draft", OWN, commands=["insert", "update", "delete"]),
    ]
