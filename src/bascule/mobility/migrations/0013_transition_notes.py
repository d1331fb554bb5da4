"""Notes go with the student: seen with the student, signed once; a part is for the tier alone."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from bascule.kernel.row_security import rows_visible_where, rows_writable_where
from bascule.roster.row_security import OF_VISIBLE_STUDENT

OF_VISIBLE_NOTE = "exists (select from mobility_transitionnote n where n.id = note_id)"
OF_OWN_NOTE = """
  exists (
    select from mobility_transitionnote n
    where n.id = note_id and n.signed_by = (select current_setting('bascule.actor')::bigint)
  )
"""


def words(said):
    return models.TextField(blank=True, max_length=2000, verbose_name=said)


class Migration(migrations.Migration):

    dependencies = [
        ("mobility", "0012_family_answers_told"),
        ("directory", "0002_duty_roster"),
        ("roster", "0003_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="TransitionNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("strengths", words("Strengths and interests")),
                ("connecting", words("How to connect with the student")),
                ("learning", words("What works in class")),
                ("people", words("Family, friends and other adults")),
                ("plan", words("Courses still needed until graduation")),
                ("after", words("After graduation")),
                ("finish_on", models.DateField(null=True)),
                ("credits", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("credits_needed", models.DecimalField(decimal_places=2, max_digits=5)),
                ("signed_by", models.BigIntegerField()),
                ("signed_name", models.CharField(max_length=160)),
                ("signed_at", models.DateTimeField()),
                ("school", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization")),
                ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="transition_notes", to="roster.student")),
            ],
            options={"indexes": [models.Index(fields=["student", "-signed_at"], name="note_of_student")]},
        ),
        migrations.CreateModel(
            name="RestrictedPart",
            fields=[
                ("note", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="restricted_part", serialize=False, to="mobility.transitionnote")),
                ("text", models.TextField(max_length=2000)),
            ],
        ),
        rows_visible_where("mobility_transitionnote", OF_VISIBLE_STUDENT),
        rows_writable_where("mobility_transitionnote", OF_VISIBLE_STUDENT, commands=["insert"]),
        rows_visible_where(
            "mobility_restrictedpart", f"(select bascule_sees_restricted()) and {OF_VISIBLE_NOTE}"
        ),
        # Who knows it writes it down, and reads it no more: only the tier does.
        rows_writable_where("mobility_restrictedpart", OF_OWN_NOTE, commands=["insert"]),
    ]
