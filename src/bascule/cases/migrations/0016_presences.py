"""Who types on the page of a case: told to all who see the case, for as long as it lasts."""

from django.db import migrations, models

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_visible_where, rows_writable_where

OWN = f"user_id = (select current_setting('bascule.actor')::bigint) and {OF_VISIBLE_CASE}"


class Migration(migrations.Migration):

    dependencies = [("cases", "0015_undone")]

    operations = [
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=160)),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="presences", to="cases.casefile")),
            ],
            options={
                "ordering": ["since", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["case", "user_id"], name="presence_once_a_person"),
                ],
            },
        ),
        rows_visible_where("cases_presence", OF_VISIBLE_CASE),
        rows_writable_where("cases_presence", OWN, commands=["insert", "update", "delete"]),
    ]
