"""Steps are found by who took them, by the state they led to, and by what came before or after.

Without the last, a plan may read every earlier step of all cases for each step that is judged.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0010_case_views")]

    operations = [
        migrations.AddIndex(
            "transition", models.Index(fields=["case", "id"], name="step_in_its_case")
        ),
        migrations.AddIndex(
            "transition", models.Index(fields=["user_id", "at"], name="step_by_who_took_it")
        ),
        migrations.AddIndex(
            "transition", models.Index(fields=["to_state", "at"], name="step_by_its_state")
        ),
    ]
