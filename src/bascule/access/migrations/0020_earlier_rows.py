"""What feeds change in organizations and people is kept as it was, for taking a run back."""

from django.db import migrations, models

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_history import earlier_rows_kept


class Migration(migrations.Migration):
    dependencies = [("access", "0013_attempts"), ("directory", "0010_reported_people")]
    operations = [
        migrations.CreateModel(
            name="EarlierRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("was", models.JSONField()),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["table_name", "replaced_at", "row_id"], name="earlier_of_run"
                    )
                ]
            },
        ),
        migrations.RunSQL(
            named_sql("access", "create_keep_earlier"), "drop function access_keep_earlier()"
        ),
        earlier_rows_kept("directory_organization"),
        earlier_rows_kept("directory_academicsession"),
        earlier_rows_kept("directory_person"),
    ]
