"""A page far down the list of names is found in the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roster", "0004_first_load")]
    operations = [
        migrations.RemoveIndex(model_name="student", name="student_by_name"),
        migrations.AddIndex(
            model_name="student",
            index=models.Index(
                fields=["sort_name", "id"], include=["school"], name="student_by_name"
            ),
        ),
    ]
