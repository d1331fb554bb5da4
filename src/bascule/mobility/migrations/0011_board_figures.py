"""The board's figures of the night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mobility", "0010_round_row_security")]

    operations = [
        migrations.CreateModel(
            name="BoardFigure",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(
                    choices=[("hours", "Median hours in a state"),
                             ("days_lost", "Student-days lost between schools")],
                    max_length=12)),
                ("about", models.CharField(max_length=90)),
                ("figure", models.DecimalField(decimal_places=1, max_digits=10)),
                ("count", models.PositiveIntegerField()),
                ("as_of", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "about"), name="board_figure_once")
                ],
            },
        ),
    ]  # fmt: skip
