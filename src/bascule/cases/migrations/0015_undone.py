"""Steps and notes that were undone stay where they are, and count nowhere."""

from django.db import migrations, models

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.kernel.row_security import rows_writable_where

MODELS = ("transition", "note")


class Migration(migrations.Migration):

    dependencies = [("cases", "0014_pack_notices"), ("roster", "0007_resumed_reaches")]

    operations = [
        migrations.AddField("transition", "before", models.JSONField(null=True)),
        *(migrations.AddField(model, "undone_at", models.DateTimeField(null=True))
          for model in MODELS),
        *(migrations.AddField(model, "undone_name",
                              models.CharField(blank=True, db_default="", max_length=160))
          for model in MODELS),
        *(rows_writable_where(f"cases_{model}", OF_VISIBLE_CASE, commands=["update"])
          for model in MODELS),
    ]
